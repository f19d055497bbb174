using System.Text.Json;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Schedulers;

public sealed class DpmSolverGoldenTests
{
    public static TheoryData<string> Cases => new(GoldenCase.All("golden/scheduler_dpm"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_equals_that_of_diffusers(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenCase.Open(name);
        using var folder = new TemporaryFolder();
        folder.Write("scheduler_config.json", golden.Scalars.GetProperty("config").GetRawText());
        var (noise, solver) = DpmSolverFolder.Read(folder.Root);
        var schedule = new DpmSolverSchedule(noise, solver, golden.Scalars.GetProperty("num_inference_steps").GetInt32());
        golden.AssertClose("timesteps", tensor(schedule.Timesteps.ToArray()));
        golden.AssertClose("sigmas", tensor(schedule.Sigmas.ToArray()));

        using var sampler = new DpmSolverSampler(schedule, noise.Config.PredictionType, solver);
        for (var run = 0; run < 2; run++) // the second begins anew
        {
            var (latents, outputs, samples) = (golden["latents"], golden["outputs"], new List<Tensor>());
            for (var i = 0; i < schedule.Timesteps.Count; i++)
            {
                latents = sampler.Step(i, outputs[i], latents, null);
                samples.Add(latents);
            }

            golden.AssertClose("samples", stack(samples));
        }
    }

    [Fact]
    public void What_a_folder_leaves_out_is_as_in_diffusers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("scheduler_config.json", """{ "_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity }""");
        var (noise, solver) = DpmSolverFolder.Read(folder.Root);
        Assert.Equal(new DpmSolverMultistep(), solver);
        Assert.Equal((TimestepSpacing.Linspace, false), (noise.Config.TimestepSpacing, noise.Config.ClipSample));
    }

    [Theory]
    [InlineData("\"algorithm_type\": \"sde-dpmsolver++\"", "algorithm_type")]
    [InlineData("\"solver_order\": 4", "solver_order")]
    [InlineData("\"solver_type\": \"bh2\"", "solver_type is not one of midpoint, heun")]
    [InlineData("\"final_sigmas_type\": \"one\"", "final_sigmas_type is not one of zero, sigma_min")]
    [InlineData("\"use_lu_lambdas\": true", "use_lu_lambdas")]
    [InlineData("\"use_exponential_sigmas\": true", "use_exponential_sigmas")]
    [InlineData("\"use_beta_sigmas\": true", "use_beta_sigmas")]
    [InlineData("\"use_flow_sigmas\": true", "use_flow_sigmas")]
    [InlineData("\"thresholding\": true", "thresholding")]
    [InlineData("\"lambda_min_clipped\": -5.1", "lambda_min_clipped")]
    public void What_is_not_supported_is_refused_by_name(string setting, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("scheduler_config.json", $"{{ {setting} }}");
        var error = Assert.Throws<CheckpointException>(() => DpmSolverFolder.Read(folder.Root));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
