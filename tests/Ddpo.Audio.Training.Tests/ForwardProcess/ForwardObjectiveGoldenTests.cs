using System.Text.Json;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.ForwardProcess;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Tests.Training.ForwardProcess;

/// <summary>Losses on the forward process and what they do to the UNet, against PyTorch.</summary>
public sealed class ForwardObjectiveGoldenTests
{
    [Fact]
    public async Task Losses_and_gradients_equal_the_reference()
    {
        using var golden = GoldenCase.Open("golden/algorithms/objectives/forward");
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
        using var process = new AddedNoise(new NftOptions(), diffusion.AlphasCumprod, CPU, (_, _) => 0);
        var noised = process.Add(golden["clean_latents"], golden["noise"], golden["timesteps"]);
        Assert.True(noised.Latents.allclose(golden["latents"], rtol: 1e-6, atol: 1e-6));

        var prompts = new EncodedPrompts(pipeline.Denoiser, new PromptEmbeddings(
            new Conditioning(golden["prompt_embeds"], golden["attention_mask"], golden["generated_prompt_embeds"]), Negative: null));
        var predicted = diffusion.PredictNoise(
            golden["latents"], noised.Timesteps, prompts.Condition(0, noised.Latents.shape[0], guided: false), golden.Scalars.GetProperty("guidance_scale").GetDouble());
        golden.AssertClose("noise_pred", predicted);

        var prediction = predicted.detach().requires_grad_();
        var kind = settings.GetProperty("kind").GetString();
        var step = new ForwardStep(
            noised.Noise, noised.NoiseToSignal, golden[kind == "rwr" ? "weights" : "advantages"], prediction, golden["old_noise_pred"], golden["reference_noise_pred"]);
        var loss = Objective(golden, label, kind!, settings, step).Compute(step).Losses.mean();
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
    private static IForwardObjective Objective(GoldenCase golden, string label, string kind, JsonElement settings, ForwardStep step)
    {
        switch (kind)
        {
            case "rwr":
                golden.AssertClose(label + ".denoising_error", step.DenoisingError);
                return new WeightedRegression();

            case "awm":
                var awm = new AwmOptions
                {
                    ClipRange = settings.GetProperty("clip_range").GetDouble(),
                    AdvantageClip = settings.GetProperty("adv_clip_max").GetDouble(),
                    OldPolicyWeight = 0,
                };
                golden.AssertClose(label + ".denoising_error", step.DenoisingError);
                golden.AssertClose(label + ".ratio", AdvantageWeightedMatching.Ratio(step));
                golden.AssertClose(label + ".policy_loss", new AdvantageWeightedMatching(awm).Compute(step).Losses.mean());
                awm.OldPolicyWeight = settings.GetProperty("ema_beta").GetDouble();
                return ForwardReferencePull.On(new AdvantageWeightedMatching(awm), settings.GetProperty("kl_beta").GetDouble());

            default:
                Assert.Equal("nft", kind);
                var beta = settings.GetProperty("beta").GetDouble();
                var nft = new NegativeAwareMatching(new NftOptions { Beta = beta, AdvantageClip = settings.GetProperty("adv_clip_max").GetDouble() });
                golden.AssertClose(label + ".optimality", nft.Optimality(step.Weights));
                foreach (var (name, sign) in new[] { ("positive", 1), ("negative", -1) })
                {
                    var (weight, branch) = NegativeAwareMatching.Branch(step, sign * beta);
                    golden.AssertClose($"{label}.{name}_weight", weight);
                    golden.AssertClose($"{label}.{name}_loss", branch);
                }

                golden.AssertClose(label + ".policy_loss", nft.Compute(step).Losses.mean());
                return ForwardReferencePull.On(nft, settings.GetProperty("kl_beta").GetDouble());
        }
    }
}
