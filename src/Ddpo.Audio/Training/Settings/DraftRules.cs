using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Training.Settings;

/// <summary>What DRaFT's settings demand of each other and of the rewards.</summary>
internal static class DraftRules
{
    /// <summary>What is wrong with the rewards themselves.</summary>
    public static IEnumerable<SettingFailure> CheckRewards(IEnumerable<WeightedReward> rewards)
    {
        foreach (var function in rewards.Select(reward => reward.Function))
        {
            var problem = function is IDifferentiableReward differentiable
                ? differentiable.GradientProblem
                : "it is no IDifferentiableReward, such as ClapReward and EmopiaReward on TorchSharp are";
            if (problem is not null)
            {
                yield return new(
                    $"Reward '{function.Name}' ({function.GetType().Name}) cannot be differentiated, which DRaFT needs: {problem}. Change that, measure it "
                    + "with AddMetric, or choose another algorithm.",
                    $"Rewards:{function.Name}");
            }
        }
    }

    /// <summary>What is wrong with the settings.</summary>
    public static IEnumerable<SettingFailure> Check(DdpoOptions options, IReadOnlyList<RewardTerm> rewards)
    {
        var (draft, sampling, training) = (options.Draft, options.Sampling, options.Training);
        if (sampling.NumInferenceSteps >= 1 && draft.GradientSteps > sampling.NumInferenceSteps)
        {
            yield return new(
                $"GradientSteps is {draft.GradientSteps}; expected at most the {sampling.NumInferenceSteps} of NumInferenceSteps.",
                "Draft:GradientSteps", "Sampling:NumInferenceSteps");
        }

        if (draft.Renoisings > 0 && sampling.NumInferenceSteps >= 1 && draft.GradientStepsOf(sampling) > 1)
        {
            yield return new(
                $"Renoisings is {draft.Renoisings}, but GradientSteps is {draft.GradientSteps} ({draft.GradientStepsOf(sampling)} steps): DRaFT-LV takes the "
                + "last step again and again. Set GradientSteps to 1, or Renoisings to 0.",
                "Draft:Renoisings", "Draft:GradientSteps");
        }

        if (draft.MicroBatchSize >= 1 && sampling.BatchSize >= 1 && sampling.BatchSize % draft.MicroBatchSize != 0)
        {
            yield return new(
                $"MicroBatchSize is {draft.MicroBatchSize}, which does not divide the sampling batch ({sampling.BatchSize}).",
                "Draft:MicroBatchSize", "Sampling:BatchSize");
        }

        if (training.BatchSize >= 1 && training.BatchSize != sampling.BatchSize)
        {
            yield return new(
                $"BatchSize is {training.BatchSize}, but DRaFT trains on batches as they are sampled ({sampling.BatchSize}): set it to 0, and "
                + "Draft:MicroBatchSize to what fits into memory.",
                "Training:BatchSize", "Sampling:BatchSize");
        }

        if (training.TimestepsPerPass > 1)
        {
            yield return new(
                $"TimestepsPerPass is {training.TimestepsPerPass}, but DRaFT follows the gradient from step to step: expected 1.", "Training:TimestepsPerPass");
        }

        foreach (var reward in rewards.Where(reward => reward.Normalization != RewardNormalization.None))
        {
            yield return new(
                $"The normalization of reward '{reward.Name}' is {reward.Normalization}, which needs a whole epoch's rewards; DRaFT takes each batch's: expected None.",
                $"Rewards:{reward.Name}:Normalization");
        }
    }
}
