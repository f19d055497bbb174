using Ddpo.Audio.Diagnostics;

namespace Ddpo.Audio.Training.Algorithms.DirectReward;

/// <summary>
/// DRaFT-K (Clark et al. 2023, arXiv:2309.17400, section 3): sample, reward, and follow the reward's own gradient back through what made the sample.
/// </summary>
/// <param name="options">K, and what else is in the loss.</param>
internal sealed class DraftAlgorithm(DraftOptions options) : ITrainingAlgorithm
{
    public string Name => "draft";

    public bool SupportsRanks => true;

    public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
    {
        var (batches, accumulation) = (epoch.Options.Sampling.NumBatchesPerEpoch, epoch.Options.Training.GradientAccumulationSteps);
        var rewards = new List<BatchReward>();
        for (var batch = 0; batch < batches; batch++)
        {
            // ---- 1. Sample, 2. reward, 3. the gradient of minus the mean reward, which belongs to an update of several batches ------------
            rewards.Add(await epoch.BackpropagateRewardAsync(batch, options, 1.0 / accumulation, cancellationToken).ConfigureAwait(false));

            // ---- 4. Update -----------------------------------------------------------------------------------------------------------
            if ((batch + 1) % accumulation == 0)
            {
                await epoch.UpdateAsync(epoch.Optimizer.Update, cancellationToken).ConfigureAwait(false);
            }

            epoch.Report(batch + 1, batches);
        }

        if (!rewards.Exists(reward => reward.HasGradient))
        {
            Log.NoGradient(epoch.Logger, epoch.Index);
        }

        var divergence = rewards.Average(reward => reward.ReferenceKl);
        return new EpochResult(
            (options.KlWeight * divergence) - rewards.Average(reward => reward.Mean),
            options.KlWeight > 0 ? new() { [PolicyGradientMeasurements.ReferenceKl] = divergence } : new Dictionary<string, double>());
    }
}
