using System.Text.Json;

namespace Ddpo.Audio.Schedulers;

/// <summary><c>scheduler_config.json</c> of diffusers' <c>DPMSolverMultistepScheduler</c>.</summary>
internal static class DpmSolverFolder
{
    /// <summary>The class that a folder of this kind names.</summary>
    public const string ClassName = "DPMSolverMultistepScheduler";

    /// <summary>Reads how the model's noise grows, which DDIM takes, too, and how the solver is set.</summary>
    /// <exception cref="CheckpointException">It is missing, or has a value that is unknown, out of range or not supported.</exception>
    public static (DdimScheduler Noise, DpmSolverMultistep Solver) Read(string folder)
    {
        var (stored, noise) = (SchedulerFile.Read<Stored>(folder, Validate), DdimConfig.FromFolder(folder));

        // DDIM's class has other defaults for these; clipping is for images.
        noise = noise with
        {
            TimestepSpacing = stored.TimestepSpacing is null ? TimestepSpacing.Linspace : noise.TimestepSpacing,
            ClipSample = stored.ClipSample is not null && noise.ClipSample,
        };
        return (new DdimScheduler(noise), new DpmSolverMultistep
        {
            SolverOrder = stored.SolverOrder,
            SolverType = stored.SolverType,
            LowerOrderFinal = stored.LowerOrderFinal,
            EulerAtFinal = stored.EulerAtFinal,
            UseKarrasSigmas = stored.UseKarrasSigmas,
            FinalSigma = stored.FinalSigmasType,
        });
    }

    private static void Validate(Stored stored)
    {
        SchedulerFile.Require(stored.SolverOrder is >= 1 and <= 3, "solver_order", "1, 2 or 3", stored.SolverOrder);
        SchedulerFile.Require(stored.AlgorithmType == "dpmsolver++", "algorithm_type", "dpmsolver++, the one that is supported", stored.AlgorithmType);
        SchedulerFile.Require(!stored.Thresholding, "thresholding", "false: latents have no range", stored.Thresholding);
        SchedulerFile.Require(stored.LambdaMinClipped is not { ValueKind: JsonValueKind.Number }, "lambda_min_clipped", "-Infinity, the one that is supported", stored.LambdaMinClipped);
        string[] others = ["use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas", "use_flow_sigmas"];
        bool?[] set = [stored.UseExponentialSigmas, stored.UseBetaSigmas, stored.UseLuLambdas, stored.UseFlowSigmas];
        foreach (var (name, value) in others.Zip(set))
        {
            SchedulerFile.Require(value is not true, name, "false: noise levels other than Karras's are not supported", value);
        }
    }

    private sealed record Stored
    {
        public int SolverOrder { get; init; } = 2;

        public DpmSolverType SolverType { get; init; }

        public bool LowerOrderFinal { get; init; } = true;

        public bool EulerAtFinal { get; init; }

        public bool UseKarrasSigmas { get; init; }

        public DpmFinalSigma FinalSigmasType { get; init; }

        public string AlgorithmType { get; init; } = "dpmsolver++";

        public bool Thresholding { get; init; }

        public JsonElement? LambdaMinClipped { get; init; }

        public bool? UseExponentialSigmas { get; init; }

        public bool? UseBetaSigmas { get; init; }

        public bool? UseLuLambdas { get; init; }

        public bool? UseFlowSigmas { get; init; }

        public JsonElement? TimestepSpacing { get; init; }

        public JsonElement? ClipSample { get; init; }
    }
}
