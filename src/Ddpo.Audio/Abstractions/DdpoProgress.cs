namespace Ddpo.Audio;

/// <summary>A stage of a training epoch.</summary>
public enum DdpoStage
{
    /// <summary>Denoising the epoch's samples.</summary>
    Sampling,

    /// <summary>Scoring them.</summary>
    Reward,

    /// <summary>Updating the policy.</summary>
    Training,

    /// <summary>Making the validation clips, between epochs.</summary>
    Validation,
}

/// <summary>How far a training run is. A value, cheap enough to report at every denoising step.</summary>
/// <param name="Epoch">The epoch under way, from 0.</param>
/// <param name="NumEpochs">Epochs in all.</param>
/// <param name="Stage">The stage under way.</param>
/// <param name="Step">Steps done in this stage of this epoch: denoising steps, clips scored, training steps, or validation clips.</param>
/// <param name="TotalSteps">Steps of this stage in all.</param>
/// <param name="RewardMean">Mean reward of the last whole epoch; <see cref="double.NaN"/> before there is one.</param>
public readonly record struct DdpoProgress(
    int Epoch, int NumEpochs, DdpoStage Stage, int Step, int TotalSteps, double RewardMean);
