using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Tests.Models;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class GenerationTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 6)]
    public async Task A_clip_does_not_depend_on_its_batch(double eta, double guidance)
    {
        // Short and long ones, and negative texts that are longer than their prompts.
        Prompt[] prompts = ["techno", "a jazz trio with a long and winding introduction", "a flute", new("a calm piano") { NegativeText = "noise" }];
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = TinyPipeline.Request with
        {
            Eta = eta, GuidanceScale = guidance, NegativePrompt = "low quality, muffled, distorted, out of tune, with a loud hum",
        };
        var batch = await pipeline.GenerateAsync(request with { Prompts = prompts, Seed = 7 });
        for (var i = 0; i < prompts.Length; i++)
        {
            var alone = await TinyPipeline.ListenAsync(pipeline, request with { Prompts = [prompts[i]], Seed = 7 + (ulong)i });
            TinyPipeline.AssertSame(alone, batch[i].Samples);
        }

        Assert.NotEqual(batch[0].Samples.ToArray(), batch[1].Samples.ToArray());
    }

    [Fact]
    public async Task Padded_to_the_longest_prompt_a_clip_depends_on_its_batch_as_in_diffusers()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = TinyPipeline.Request with { PromptPadding = PromptPadding.Longest };
        var alone = await TinyPipeline.ListenAsync(pipeline, request);
        var padded = await TinyPipeline.ListenAsync(pipeline, request with { Prompts = [.. request.Prompts, "a jazz trio with a long and winding introduction"] });
        var own = await TinyPipeline.ListenAsync(pipeline);

        Assert.NotEqual(alone, padded);
        Assert.Equal(alone, own);
    }

    [Fact]
    public async Task The_seed_decides_all_and_none_means_a_new_one()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = TinyPipeline.Request with { Eta = 1 };
        var first = await TinyPipeline.ListenAsync(pipeline, request);
        Assert.Equal(first, await TinyPipeline.ListenAsync(pipeline, request));
        Assert.NotEqual(first, await TinyPipeline.ListenAsync(pipeline, request with { Seed = 2 }));

        var drawn = request with { Seed = null };
        Assert.NotEqual(await TinyPipeline.ListenAsync(pipeline, drawn), await TinyPipeline.ListenAsync(pipeline, drawn));
    }

    [Fact]
    public async Task A_prompts_own_negative_text_goes_before_the_requests()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = TinyPipeline.Request with { GuidanceScale = 4, NegativePrompt = "noise" };
        var own = request with { Prompts = [request.Prompts[0] with { NegativeText = "silence" }] };

        var fromRequest = await TinyPipeline.ListenAsync(pipeline, request);
        var fromPrompt = await TinyPipeline.ListenAsync(pipeline, own);
        Assert.NotEqual(fromRequest, fromPrompt);
        Assert.Equal(fromPrompt, await TinyPipeline.ListenAsync(pipeline, own with { NegativePrompt = "whatever" }));
        Assert.Equal(fromPrompt, await TinyPipeline.ListenAsync(pipeline, request with { NegativePrompt = "silence" }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(0)]
    public async Task Without_guidance_negative_texts_are_ignored(double guidance)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = TinyPipeline.Request with { GuidanceScale = guidance };
        var plain = await TinyPipeline.ListenAsync(pipeline, request);
        Assert.Equal(plain, await TinyPipeline.ListenAsync(pipeline, request with { NegativePrompt = "noise" }));
        Assert.NotEqual(plain, await TinyPipeline.ListenAsync(pipeline, request with { GuidanceScale = 2 }));
    }

    [Fact]
    public async Task Ranking_by_a_clap_that_fuses_windows_is_refused_before_anything_is_generated()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        var settings = Path.Combine("feature_extractor", "preprocessor_config.json");
        folder.Write(settings, File.ReadAllText(folder[settings])
            .Replace("\"rand_trunc\"", "\"fusion\"", StringComparison.Ordinal));
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(folder.Root);
        var steps = 0;
        var error = await Assert.ThrowsAsync<CheckpointException>(() => pipeline.GenerateAsync(
            TinyPipeline.Request with { NumWaveformsPerPrompt = 2 }, new ProgressAction<DenoisingProgress>(_ => steps++)));
        Assert.Contains("fusion", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, steps);
    }

    [Fact]
    public async Task Ranking_takes_claps_audio_side_once_and_it_goes_with_the_pipeline()
    {
        var request = TinyPipeline.Request with { NumWaveformsPerPrompt = 2 };
        await LiveTensors.AssertFlatAsync(
            async () =>
            {
                await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(TextModels.Musicbox);
                var before = TensorCount.Total; // Without this thread's own: other tests may have left it something that they freed since.
                await LiveTensors.AssertFlatAsync(() => pipeline.GenerateAsync(request), times: 2);
                Assert.True(TensorCount.Total > before);
            },
            times: 1);
    }

    [Fact]
    public async Task Ranking_without_the_weights_that_the_pipeline_was_loaded_from_is_refused_until_they_are_back()
    {
        var request = TinyPipeline.Request with { NumWaveformsPerPrompt = 2 };
        using var folder = TemporaryFolder.CopyOf(TextModels.Musicbox);
        var weights = folder[Path.Combine("text_encoder", "model.safetensors")];
        await using var pipeline = await AudioLdm2Pipeline.FromPretrainedAsync(folder.Root);
        File.Move(weights, folder["elsewhere"]);
        var error = await Assert.ThrowsAsync<CheckpointException>(() => pipeline.GenerateAsync(request));
        Assert.Contains($"'{folder["text_encoder"]}' has no weights", error.Message, StringComparison.Ordinal);

        File.Move(folder["elsewhere"], weights);
        Assert.Equal(2, (await pipeline.GenerateAsync(request)).Count);
    }

    [Fact]
    public async Task A_text_is_projected_once_for_all_steps()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var (projections, ofText) = (new Dictionary<string, int>(), new HashSet<string>());
        foreach (var (name, module) in pipeline.UNet.named_modules())
        {
            if (module is UNetAttention attention)
            {
                attention.register_forward_hook((_, _, text, output) =>
                {
                    _ = text is not null && ofText.Add(name);
                    return output;
                });
            }
            else if (module is Linear linear && name.Split('.')[^1] is ("to_k" or "to_v"))
            {
                linear.register_forward_hook((_, _, output) =>
                {
                    projections[name] = projections.GetValueOrDefault(name) + 1;
                    return output;
                });
            }
        }

        await pipeline.GenerateAsync(TinyPipeline.Request with { NumInferenceSteps = 3 });
        Assert.NotEmpty(ofText);
        Assert.All(projections, made => Assert.Equal(ofText.Contains(made.Key[..made.Key.LastIndexOf('.')]) ? 1 : 3, made.Value));
    }

    [Fact]
    public async Task Fifty_steps_leave_no_tensors_behind()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var counts = new List<long>();
        var progress = new ProgressAction<DenoisingProgress>(_ => counts.Add(LiveTensors.Count()));
        await pipeline.GenerateAsync(TinyPipeline.Request with { NumInferenceSteps = 50, Eta = 1 }, progress);

        Assert.Equal(50, counts.Count);
        Assert.All(counts.Skip(1), count => Assert.Equal(counts[1], count));
        await LiveTensors.AssertFlatAsync(() => pipeline.GenerateAsync(TinyPipeline.Request), times: 5);
    }
}
