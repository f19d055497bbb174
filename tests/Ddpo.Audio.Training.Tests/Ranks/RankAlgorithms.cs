namespace Ddpo.Audio.Tests.Training.Ranks;

/// <summary>Every algorithm, with settings that make much of what ranks could do differently.</summary>
internal static class RankAlgorithms
{
    /// <summary>Has a trainer of the tiny model use one.</summary>
    public static void Use(DdpoTrainerBuilder builder, string name)
    {
        builder.ConfigureSampling(o => o.BatchSize = 4);
        switch (name)
        {
            case "ddpo":
                builder.UseDdpo(o => o.NumInnerEpochs = 2);
                break;
            case "ddpo in parts":
                builder.UseDdpo().ConfigureSampling(o => o.BatchSize = 8).ConfigureTraining(o => (o.BatchSize, o.GradientAccumulationSteps) = (4, 2));
                break;
            case "ddpo with all":
                builder.UseDdpo(o =>
                {
                    (o.PerPromptStatTracking, o.KlWeight, o.MeasureStepGradients) = (new() { BufferSize = 8, MinCount = 3 }, 0.5, true);
                    o.SdeWindow = new() { Size = 2, RangeEnd = 3 };
                    o.NormalizeRatio = true;
                }).ConfigureTraining(o => (o.Ema, o.WarmupUpdates, o.LearningRateSchedule) = (new() { Decay = 0.6 }, 2, LearningRateSchedule.Cosine));
                break;
            case "ddpo_sf":
                builder.UseDdpo(o => o.Variant = DdpoVariant.ScoreFunction);
                break;
            case "grpo":
                builder.UseGrpo(o => (o.SamplesPerPrompt, o.KlWeight) = (4, 0.1));
                break;
            case "grpo in parts":
                // Groups over several ranks and batches.
                builder.UseGrpo(o => o.SamplesPerPrompt = 16).ConfigureSampling(o => o.BatchSize = 8).ConfigureTraining(o => o.BatchSize = 4);
                break;
            case "rwr":
                builder.UseRwr(o => (o.SamplesPerPrompt, o.DrawsPerSample) = (4, 2));
                break;
            case "awm":
                builder.UseAwm(o => (o.SamplesPerPrompt, o.DrawsPerSample, o.UpdatesPerEpoch, o.KlWeight) = (4, 2, 2, 0.1)).ConfigureTraining(o => o.BatchSize = 4);
                break;
            case "nft":
                builder.UseNft(o => (o.SamplesPerPrompt, o.DrawsPerSample, o.UpdatesPerEpoch) = (4, 2, 2));
                break;
            case "draft":
                builder.UseDraft(o => (o.GradientSteps, o.Renoisings, o.KlWeight) = (1, 1, 0.5));
                break;
            case "draft in parts":
                builder.UseDraft(o => (o.MicroBatchSize, o.NormalizeGradients) = (1, true)).ConfigureTraining(o => o.GradientAccumulationSteps = 2);
                break;
            default:
                throw new ArgumentException($"There is no '{name}'.", nameof(name));
        }
    }
}
