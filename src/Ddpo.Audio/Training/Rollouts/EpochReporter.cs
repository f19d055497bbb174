using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Reports the progress of one epoch.</summary>
internal sealed class EpochReporter(IProgress<DdpoProgress>? progress, RunSetup run, int epoch, double lastReward)
{
    private readonly SamplingOptions _sampling = run.Options.Sampling;

    /// <summary>A denoising step of sampled batch <paramref name="batch"/> (from 0) is done.</summary>
    public void Sampled(int batch, int step) => Report(
        DdpoStage.Sampling, (batch * _sampling.NumInferenceSteps) + step, _sampling.NumBatchesPerEpoch * _sampling.NumInferenceSteps);

    /// <summary>So many batches are scored.</summary>
    public void Rewarded(int batches) => Report(DdpoStage.Reward, batches * _sampling.BatchSize, run.SamplesPerEpoch);

    /// <summary>So many training steps are done.</summary>
    public void Trained(int step, int totalSteps) => Report(DdpoStage.Training, step, totalSteps);

    /// <summary>So many validation clips are made.</summary>
    public void Validated(int clips, int all) => Report(DdpoStage.Validation, clips, all);

    private void Report(DdpoStage stage, int step, int totalSteps) =>
        progress?.Report(new DdpoProgress(epoch, run.Options.Training.NumEpochs, stage, step, totalSteps, lastReward));
}
