using System.Text.Json;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Tests.Training.PolicyGradient;

/// <summary>Losses of policy gradients and what they do to the UNet, against PyTorch.</summary>
public sealed class PolicyObjectiveGoldenTests
{
    [Fact]
    public async Task Losses_and_gradients_equal_the_reference()
    {
        using var golden = GoldenCase.Open("golden/algorithms/objectives/policy");
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            using var learned = FullParameters.Of(pipeline.UNet);
            foreach (var objective in golden.Scalars.GetProperty("objectives").EnumerateObject())
            {
                using var scope = NewDisposeScope();
                Check(golden, pipeline, learned, objective.Name, objective.Value);
            }
        });
    }

    private static void Check(GoldenCase golden, AudioLdm2Pipeline pipeline, LearnedParameters learned, string label, JsonElement settings)
    {
        using var gradients = enable_grad();
        var diffusion = (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!;
        using var transition = new DdimTransition(
            pipeline.Scheduler.SetTimesteps(golden.Scalars.GetProperty("num_inference_steps").GetInt32()), settings.GetProperty("eta").GetDouble(), CPU);
        var (latents, timesteps) = (golden["latents"], golden["timesteps"]);
        var predicted = diffusion.PredictNoise(
            latents, timesteps, Prompts(golden, pipeline).Condition(0, latents.shape[0], guided: true), golden.Scalars.GetProperty("guidance_scale").GetDouble());
        golden.AssertClose("noise_pred", predicted);

        var prediction = predicted.detach().requires_grad_();
        var scheduled = transition.Score(prediction, timesteps, latents, golden["next_latents"]);
        var logRatio = scheduled.LogProb - golden["log_probs"];
        var reference = golden["reference_noise_pred"];
        var step = new PolicyStep(
            logRatio, logRatio.exp(), golden["advantages"], prediction, scheduled,
            new ReferenceStep(reference, transition.Score(reference, timesteps, latents, golden["next_latents"])));
        golden.AssertClose(label + ".log_prob", scheduled.LogProb);

        var loss = Objective(golden, label, settings, step).Compute(step).Loss;
        golden.AssertClose(label + ".loss", loss);
        loss.backward();
        golden.AssertClose(label + ".grad_noise_pred", prediction.grad!);

        learned.Gradients.zero_();
        predicted.backward([prediction.grad!]);
        golden.AssertClose(label + ".grad_norm", learned.Gradients.square().sum().sqrt());
        var parameters = learned.Named.ToDictionary(named => named.Name, named => named.Parameter);
        golden.AssertAllClose(label + ".grad.", name => parameters[name].grad!);
    }

    /// <summary>The loss of a label; what it is made of is checked on the way.</summary>
    private static IPolicyObjective Objective(GoldenCase golden, string label, JsonElement settings, PolicyStep step)
    {
        var advantageClip = settings.GetProperty("adv_clip_max").GetDouble();
        if (settings.GetProperty("kind").GetString() == "ddpo_sf")
        {
            return new ScoreFunction(advantageClip);
        }

        Assert.Equal("grpo", settings.GetProperty("kind").GetString());
        var clipped = new ClippedSurrogate(settings.GetProperty("clip_range").GetDouble(), advantageClip);
        var space = settings.GetProperty("kl").GetString() == "mean" ? KlSpace.Mean : KlSpace.NoisePrediction;
        golden.AssertClose(label + ".ratio", step.Ratio);
        golden.AssertClose(label + ".policy_loss", clipped.Compute(step).Loss);
        golden.AssertClose(label + ".kl", ReferencePull.Divergence(step, space));
        return new ReferencePull(clipped, settings.GetProperty("beta").GetDouble(), space, onlyTrained: false);
    }

    private static EncodedPrompts Prompts(GoldenCase golden, AudioLdm2Pipeline pipeline) => new(pipeline.Denoiser, new PromptEmbeddings(
        new Conditioning(golden["prompt_embeds"], golden["attention_mask"], golden["generated_prompt_embeds"]),
        new Conditioning(golden["negative_prompt_embeds"], golden["negative_attention_mask"], golden["negative_generated_prompt_embeds"])));
}
