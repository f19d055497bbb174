namespace Ddpo.Audio.Tests.Training.PolicyGradient;

/// <summary>Policy gradients by their names.</summary>
internal static class Algorithms
{
    /// <summary>Has a trainer of the tiny model use an algorithm, with settings that all have.</summary>
    public static DdpoTrainerBuilder Use(DdpoTrainerBuilder builder, string name, Action<PolicyGradientOptions> configure) => name == "grpo"
        ? builder.UseGrpo(o =>
        {
            o.SamplesPerPrompt = 4;
            configure(o);
        })
        : builder.UseDdpo(o =>
        {
            o.Variant = name == "ddpo_sf" ? DdpoVariant.ScoreFunction : DdpoVariant.ImportanceSampling;
            configure(o);
        });
}
