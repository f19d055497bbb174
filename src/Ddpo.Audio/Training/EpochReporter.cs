using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training;

/// <summary>Reports the progress of one epoch.</summary>
internal sealed class EpochReporter(IProgress<DdpoProgress>? progress, DdpoSettings settings, int epoch, double lastReward)
{
    /// <summary>A denoising step of sampled batch <paramref name="batch"/> (from 0) is done.</summary>
    public void Sampled(int batch, int step) => Report(
        DdpoStage.Sampling,
        (batch * settings.Sampling.NumInferenceSteps) + step,
        settings.Sampling.NumBatchesPerEpoch * settings.Sampling.NumInferenceSteps);

    /// <summary>So many batches are scored.</summary>
    public void Rewarded(int batches) =>
        Report(DdpoStage.Reward, batches * settings.Sampling.BatchSize, settings.SamplesPerEpoch);

    /// <summary>So many training steps are done.</summary>
    public void Trained(int steps) => Report(
        DdpoStage.Training, steps, settings.Ddpo.NumInnerEpochs * settings.TrainingBatchesPerEpoch * settings.TrainingTimesteps);

    private void Report(DdpoStage stage, int step, int totalSteps) =>
        progress?.Report(new DdpoProgress(epoch, settings.Training.NumEpochs, stage, step, totalSteps, lastReward));
}
