using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Parameters;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Training.DirectReward;

/// <summary>Gradients through denoising steps and VAE, against those of the reference.</summary>
public sealed class DraftGoldenTests
{
    /// <summary>Runs by key.</summary>
    public static TheoryData<string> Runs
    {
        get
        {
            using var golden = GoldenCase.Open("golden/algorithms/draft");
            return [.. golden.Scalars.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("key").GetString()!)];
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Latents_loss_and_gradients_of_the_last_steps_equal_the_reference(string key)
    {
        using var golden = GoldenCase.Open("golden/algorithms/draft");
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() => Check(golden, pipeline, key));
    }

    private static void Check(GoldenCase golden, AudioLdm2Pipeline pipeline, string key)
    {
        var run = golden.Scalars.GetProperty("runs").EnumerateArray().First(run => run.GetProperty("key").GetString() == key);
        var (k, eta, guidance) = (run.GetProperty("k").GetInt32(), run.GetProperty("eta").GetDouble(), run.GetProperty("guidance_scale").GetDouble());
        var steps = golden.Scalars.GetProperty("num_inference_steps").GetInt32();
        var values = key[(key.IndexOf('.') + 1)..]; // what does not depend on K has the rest of the name
        using var learned = FullParameters.Of(pipeline.UNet);
        using var scheduler = new DdimTransition(pipeline.Scheduler.SetTimesteps(steps), eta, CPU);
        var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
        var sampler = new DirectSampler(diffusion, scheduler, new SamplingOptions { GuidanceScale = guidance });
        using var encoded = new EncodedPrompts(pipeline.Denoiser, new PromptEmbeddings(
            new Conditioning(golden["prompt_embeds"], golden["attention_mask"], golden["generated_prompt_embeds"]),
            new Conditioning(golden["negative_prompt_embeds"], golden["negative_attention_mask"], golden["negative_generated_prompt_embeds"])));
        var start = golden["latents"];
        var noise = new Queue<Tensor>(golden["noise"].unbind());
        var first = steps - (int)golden["timesteps"].shape[0];
        using var trajectory = sampler.Denoise(
            start, encoded.Condition(0, start.shape[0], guidance > 1), first, noise.Dequeue, k, _ => { }, CancellationToken.None);
        var latents = trajectory.Latents(k, 0, (int)start.shape[0]).requires_grad_(true);
        golden.AssertClose($"final_latents.{values}", latents);
        using (enable_grad())
        {
            var mel = pipeline.Vae.Decode(latents / tensor((float)golden.Scalars.GetProperty("scaling_factor").GetDouble()));
            golden.AssertClose($"mel.{values}", mel);
            var reward = -(mel - golden["target_mel"]).square().flatten(1).mean([1]);
            golden.AssertClose($"reward.{values}", reward);
            var loss = -reward.mean();
            golden.AssertClose($"loss.{values}", loss);
            loss.backward();
        }

        new DirectGradient(sampler, learned, guidance > 1, new DraftOptions())
            .Backpropagate(encoded, trajectory, 0, latents.grad!, 1, CancellationToken.None);
        golden.AssertClose($"{key}.grad_norm", learned.Gradients.norm());
        var parameters = learned.Named.ToDictionary(named => named.Name, named => named.Parameter);
        golden.AssertAllClose($"{key}.grad.", name => parameters[name].grad!);
    }
}
