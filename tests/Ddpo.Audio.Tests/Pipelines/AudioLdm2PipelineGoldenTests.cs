using System.Text.Json;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class AudioLdm2PipelineGoldenTests
{
    public static TheoryData<string> PipelineCases => new(GoldenCase.All("golden/pipeline"));

    public static TheoryData<string> TextCases => new(GoldenCase.All("golden/text_encoding"));

    [Theory]
    [MemberData(nameof(TextCases))]
    public async Task Prompts_are_encoded_as_the_reference_does(string name)
    {
        using var golden = GoldenCase.Open(name);
        var settings = golden.Scalars;
        var guided = settings.GetProperty("classifier_free_guidance").GetBoolean();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            var encoded = pipeline
                .EncodePrompts(PromptsOf(settings), "", guided, PromptPadding.Longest)
                .Repeat(settings.GetProperty("num_waveforms_per_prompt").GetInt64());
            AssertEncoded(golden, encoded);
        });
    }

    [Theory]
    [MemberData(nameof(PipelineCases))]
    public async Task Every_stage_from_prompt_to_waveform_equals_the_reference(string name)
    {
        using var golden = GoldenCase.Open(name);
        var settings = golden.Scalars;
        var guidance = settings.GetProperty("guidance_scale").GetDouble();
        var eta = settings.GetProperty("eta").GetDouble();
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            var geometry = pipeline.Geometry(Seconds(settings));
            var schedule = pipeline.Scheduler.SetTimesteps(settings.GetProperty("num_inference_steps").GetInt32());
            golden.AssertClose("timesteps", tensor(schedule.Timesteps.ToArray()));

            var encoded = pipeline.EncodePrompts(PromptsOf(settings), "", guidance > 1, PromptPadding.Longest);
            AssertEncoded(golden, encoded);

            var text = pipeline.Denoiser.Prepare(encoded.ForUNet());
            var initial = golden["initial_latents"];
            Assert.Equal(geometry.BatchShape(initial.shape[0]), initial.shape);
            var predicted = Enumerable.Range(0, schedule.Timesteps.Count).Select(i => pipeline.Denoiser.Predict(
                golden["latents"][i], full([initial.shape[0]], schedule.Timesteps[i], ScalarType.Int64), text, guidance));
            golden.AssertClose("noise_pred", stack([.. predicted]));

            if (golden.Has("log_probs"))
            {
                var noise = new Queue<Tensor>([initial, .. golden["noise"].unbind()]);
                using var actions = new DdimTransition(schedule, eta, CPU);
                var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
                var sampler = new RolloutSampler(diffusion, actions, new SamplingOptions { GuidanceScale = guidance }, pipeline.SampleRate);
                using var rollout = sampler.Denoise(
                    new EncodedPrompts(pipeline.Denoiser, encoded.Detached()), noise.Dequeue, RolloutPlan.Of(schedule.Timesteps.Count), _ => { },
                    CancellationToken.None);
                golden.AssertClose("latents", rollout.Latents);
                golden.AssertClose("log_probs", rollout.LogProbs);
            }

            AssertClips(golden, Waveforms.ToClips(pipeline.DecodeLatents(golden["latents"][schedule.Timesteps.Count], geometry), pipeline.SampleRate));
        });
    }

    [Theory]
    [MemberData(nameof(PipelineCases))]
    public async Task Generation_with_injected_latents_and_noise_gives_the_reference_waveform(string name)
    {
        using var golden = GoldenCase.Open(name);
        var settings = golden.Scalars;
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = new AudioRequest([.. PromptsOf(settings)])
        {
            PromptPadding = PromptPadding.Longest,
            Duration = Seconds(settings),
            NumInferenceSteps = settings.GetProperty("num_inference_steps").GetInt32(),
            GuidanceScale = settings.GetProperty("guidance_scale").GetDouble(),
            Eta = settings.GetProperty("eta").GetDouble(),
            InitialLatents = Values(golden["initial_latents"]),
            Noise = golden.Has("noise") ? [.. golden["noise"].unbind().Select(step => (ReadOnlyMemory<float>)Values(step))] : null,
        };
        AssertClips(golden, await pipeline.GenerateAsync(request));
    }

    [Theory]
    [MemberData(nameof(PipelineCases))]
    public async Task Sizes_follow_from_the_duration_as_in_the_reference(string name)
    {
        using var golden = GoldenCase.Open(name);
        await using var pipeline = await TinyPipeline.LoadAsync();
        foreach (var length in golden.Scalars.GetProperty("lengths").EnumerateArray())
        {
            var geometry = pipeline.Geometry(Seconds(length));
            Assert.Equal(length.GetProperty("latent_frames").GetInt64(), geometry.LatentShape[1]);
            Assert.Equal(length.GetProperty("samples").GetInt32(), geometry.Samples);
        }
    }

    private static TimeSpan Seconds(JsonElement settings) => TimeSpan.FromSeconds(settings.GetProperty("audio_length_in_s").GetDouble());

    private static Prompt[] PromptsOf(JsonElement settings)
    {
        var negative = settings.TryGetProperty("negative_prompts", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(text => text.GetString()).ToArray()
            : null;
        return [.. settings.GetProperty("prompts").EnumerateArray().Select(
            (text, i) => new Prompt(text.GetString()!) { NegativeText = negative?[i] })];
    }

    private static void AssertEncoded(GoldenCase golden, PromptEmbeddings encoded)
    {
        var all = encoded.ForUNet();
        golden.AssertClose("prompt_embeds", all.PromptEmbeds);
        golden.AssertClose("attention_mask", all.AttentionMask);
        golden.AssertClose("generated_prompt_embeds", all.GeneratedPromptEmbeds);
    }

    private static void AssertClips(GoldenCase golden, IReadOnlyList<AudioClip> clips)
    {
        using var scope = NewDisposeScope();
        golden.AssertClose("waveform", stack([.. clips.Select(clip => tensor(clip.Samples.ToArray()))]));
    }

    private static float[] Values(Tensor tensor)
    {
        using (tensor)
        {
            return tensor.data<float>().ToArray();
        }
    }
}
