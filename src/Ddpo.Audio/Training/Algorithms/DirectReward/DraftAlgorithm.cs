namespace Ddpo.Audio.Training.Algorithms.DirectReward;

/// <summary>
/// DRaFT-K (Clark et al. 2023, arXiv:2309.17400, section 3): sample, reward, and follow the reward's own gradient back through what made the sample.
/// </summary>
/// <param name="options">K.</param>
internal sealed class DraftAlgorithm(DraftOptions options) : ITrainingAlgorithm
{
    public string Name => "draft";

    public async Task<EpochResult> RunEpochAsync(EpochContext epoch, CancellationToken cancellationToken)
    {
        var (sampling, training) = (epoch.Options.Sampling, epoch.Options.Training);
        var steps = options.GradientSteps == 0 ? sampling.NumInferenceSteps : options.GradientSteps;
        var rewards = new List<double>();
        for (var batch = 0; batch < sampling.NumBatchesPerEpoch; batch++)
        {
            // ---- 1. Sample, 2. reward, 3. the gradient of minus the mean reward, which belongs to an update of several batches ------------
            rewards.Add(await epoch.BackpropagateRewardAsync(
                batch, steps, 1.0 / training.GradientAccumulationSteps, cancellationToken).ConfigureAwait(false));

            // ---- 4. Update -----------------------------------------------------------------------------------------------------------
            if ((batch + 1) % training.GradientAccumulationSteps == 0)
            {
                await epoch.UpdateAsync(epoch.Optimizer.Update, cancellationToken).ConfigureAwait(false);
            }

            epoch.Report(batch + 1, sampling.NumBatchesPerEpoch);
        }

        return new EpochResult(-rewards.Average(), new Dictionary<string, double>());
    }
}
