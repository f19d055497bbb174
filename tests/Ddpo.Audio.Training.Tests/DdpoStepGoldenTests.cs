using System.Text.Json;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Tests.Training;

/// <summary>The inner loop against ddpo-pytorch's: gradients, updates and what is logged.</summary>
public sealed class DdpoStepGoldenTests
{
    public static TheoryData<string> Cases => new(GoldenCase.All("golden/ddpo_step"));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Losses_gradients_and_updated_parameters_equal_the_reference(string name)
    {
        using var golden = GoldenCase.Open(name);
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() => Check(golden, pipeline));
    }

    private static void Check(GoldenCase golden, AudioLdm2Pipeline pipeline)
    {
        var settings = golden.Scalars;
        using var learned = Learned(golden, pipeline);
        var parameters = learned.Named.ToDictionary(named => named.Name, named => named.Parameter);
        var start = parameters.ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        using var actions = new DdimTransition(
            pipeline.Scheduler.SetTimesteps(settings.GetProperty("num_inference_steps").GetInt32()), settings.GetProperty("eta").GetDouble(), CPU);
        using var optimizer = new PolicyOptimizer(learned, Options(settings));
        var objective = new ClippedSurrogate(settings.GetProperty("clip_range").GetDouble(), settings.GetProperty("adv_clip_max").GetDouble());
        var gradient = new StepGradient(
            (ITrainableDiffusion)pipeline.GetService(typeof(ITrainableDiffusion))!, actions, learned, objective, settings.GetProperty("guidance_scale").GetDouble());

        var order = Indices<long[][]>(settings, "sample_order");
        var timesteps = Indices<long[][][]>(settings, "timestep_order");
        for (var update = 0; update < order.Length; update++)
        {
            using var scope = NewDisposeScope();
            using var metrics = new UpdateMetrics(objective.Measurements, CPU);
            var steps = Accumulate(golden, pipeline, gradient, metrics, order[update], timesteps[update]);
            if (update == 0)
            {
                golden.AssertAllClose("grad_0.", parameter => parameters[parameter].grad!);
            }

            AssertRow(golden, "grad_norm", update, tensor(optimizer.Update()));
            AssertRow(golden, "loss", update, stack([.. steps.Select(step => step.Loss.Loss)]));
            AssertRow(golden, "ratio", update, stack([.. steps.Select(step => step.Step.Ratio)]));
            AssertRow(golden, "approx_kl", update, stack([.. steps.Select(step => step.Step.LogRatio.square().mean() / tensor(2f))]));
            AssertRow(golden, "clipfrac", update, stack([.. steps.Select(step => step.Loss.Measured[0])]));

            golden.AssertAllClose($"update_{update}.", parameter => parameters[parameter]);
            var changes = settings.GetProperty("change_norms_order").EnumerateArray().Select(
                parameter => (parameters[parameter.GetString()!] - start[parameter.GetString()!]).square().sum().sqrt());
            golden.AssertClose($"change_norms_{update}", stack([.. changes]));
        }
    }

    private static List<(PolicyStep Step, PolicyLoss Loss)> Accumulate(
        GoldenCase golden, AudioLdm2Pipeline pipeline, StepGradient gradient, UpdateMetrics metrics, long[] samples, long[][] timesteps)
    {
        var settings = golden.Scalars;
        var size = settings.GetProperty("micro_batch").GetInt32();
        var trajectory = Trajectory(golden, pipeline, tensor(samples));
        var advantages = golden["advantages"].index_select(0, tensor(samples));
        var steps = new List<(PolicyStep, PolicyLoss)>();
        for (var first = 0; first < samples.Length; first += size)
        {
            var batch = new RolloutSlice(trajectory, first, advantages.narrow(0, first, size), guided: true);
            for (var j = 0; j < settings.GetProperty("num_train_timesteps").GetInt32(); j++)
            {
                var columns = tensor(samples[first..(first + size)].Select(sample => timesteps[sample][j]).ToArray());
                steps.Add(gradient.Accumulate(batch, columns, settings.GetProperty("gradient_accumulation_steps").GetInt64(), metrics));
            }
        }

        return steps;
    }

    /// <summary>The golden trajectory with its samples in the given order.</summary>
    private static Rollout Trajectory(GoldenCase golden, AudioLdm2Pipeline pipeline, Tensor samples)
    {
        Tensor Pick(string name) => golden[name].index_select(0, samples);

        var last = Pick("next_latents");
        var latents = cat([Pick("latents"), last.narrow(1, last.shape[1] - 1, 1)], 1).transpose(0, 1).contiguous();
        var schedule = pipeline.Scheduler.SetTimesteps(golden.Scalars.GetProperty("num_inference_steps").GetInt32());
        Assert.All(Pick("timesteps").unbind(), row => Assert.Equal(schedule.Timesteps.ToArray(), row.data<long>().ToArray()));
        return new Rollout(
            schedule.Timesteps,
            latents,
            Pick("log_probs").transpose(0, 1).contiguous(),
            new EncodedPrompts(pipeline.Denoiser, new PromptEmbeddings(
                new Conditioning(Pick("prompt_embeds"), Pick("attention_mask"), Pick("generated_prompt_embeds")),
                new Conditioning(
                    Pick("negative_prompt_embeds"), Pick("negative_attention_mask"), Pick("negative_generated_prompt_embeds")))));
    }

    private static TrainingOptions Options(JsonElement settings)
    {
        var adamw = settings.GetProperty("adamw");
        return new TrainingOptions
        {
            MaxGradNorm = settings.GetProperty("max_grad_norm").GetDouble(),
            LearningRate = adamw.GetProperty("lr").GetDouble(),
            AdamBeta1 = adamw.GetProperty("betas")[0].GetDouble(),
            AdamBeta2 = adamw.GetProperty("betas")[1].GetDouble(),
            AdamWeightDecay = adamw.GetProperty("weight_decay").GetDouble(),
            AdamEpsilon = adamw.GetProperty("eps").GetDouble(),
        };
    }

    /// <summary>Compares one update's row of a golden tensor whose first dimension is updates.</summary>
    private static void AssertRow(GoldenCase golden, string name, int update, Tensor actual)
    {
        var expected = golden[name];
        var whole = expected.clone();
        whole[update].copy_(actual.reshape(whole[update].shape));
        golden.AssertClose(name, whole);
    }

    private static T Indices<T>(JsonElement settings, string name) => settings.GetProperty(name).Deserialize<T>()!;

    /// <summary>What the case trains, from where it starts.</summary>
    private static LearnedParameters Learned(GoldenCase golden, AudioLdm2Pipeline pipeline)
    {
        if (golden.Scalars.GetProperty("trains").GetString() != "lora")
        {
            return FullParameters.Of(pipeline.UNet);
        }

        var options = new LoraOptions
        {
            Rank = golden.Scalars.GetProperty("rank").GetInt32(),
            Alpha = golden.Scalars.GetProperty("alpha").GetSingle(),
        };
        var learned = LoraParameters.On(pipeline.UNet, options, seed: 0, folder: null);
        foreach (var (name, parameter) in learned.Named)
        {
            using var given = golden["start." + name];
            parameter.copy_(given);
        }

        return learned;
    }
}
