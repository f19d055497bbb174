using System.ComponentModel.DataAnnotations;

namespace Ddpo.Audio;

/// <summary>
/// What all algorithms of the forward process can be told: noise is added to finished samples, and the model learns to predict it, more or less so by what
/// the samples got. No log-probs are needed, so that any <see cref="SamplingOptions.Eta"/> will do, and training predicts without guidance.
/// </summary>
/// <remarks>
/// An update takes all samples of an epoch that have something to tell, in passes of <see cref="TrainingOptions.BatchSize"/>;
/// <see cref="TrainingOptions.GradientAccumulationSteps"/> has to be 1.
/// </remarks>
public abstract class ForwardProcessOptions
{
    private protected ForwardProcessOptions()
    {
    }

    /// <summary>
    /// Samples of each prompt that is drawn, which are measured against each other; must divide the samples of an epoch. 16 by default, as in
    /// <see cref="GrpoOptions"/>, at least 2 (the references of AWM and DiffusionNFT take 24); in RWR 1 by default, at least 1, and 2 where its samples are compared by prompt.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int SamplesPerPrompt { get; set; } = 16;

    /// <summary>Updates with an epoch's samples, each with new timesteps and noise, at least 1 (the default; in RWR 5, its reference's passes).</summary>
    [Range(1, int.MaxValue)]
    public int UpdatesPerEpoch { get; set; } = 1;

    /// <summary>
    /// Draws of a timestep and noise of each sample in an update, at least 1; by default 1 in RWR, 6 in AWM and 9 in DiffusionNFT, as in their references.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int DrawsPerSample { get; set; } = 1;

    /// <summary>
    /// Whether the timesteps of a sample's draws in an update are spread evenly: each from a part of the range of its own. On by default but in RWR, whose
    /// reference draws them independently.
    /// </summary>
    public bool Stratified { get; set; } = true;

    /// <summary>The least noisy timestep that is drawn, as a share of the model's training timesteps, from 0 (the default; in DiffusionNFT 0.02) to below MaxTimestep.</summary>
    [Range(0d, 1d)]
    public double MinTimestep { get; set; }

    /// <summary>
    /// Where the noisiest timestep that is drawn lies, as a share of the model's training timesteps, above MinTimestep, at most 1 (the default; in DiffusionNFT
    /// 0.98: the error of what it compares grows without bounds towards pure noise).
    /// </summary>
    [Range(0d, 1d)]
    public double MaxTimestep { get; set; } = 1;

    /// <summary>
    /// How strongly the model is pulled back to what it was before training, at least 0, which is off. The loss gets this times the mean of (e − e_ref)²
    /// over the elements of the predicted noise e, for which each draw is predicted once more, without the adapter, so that it needs LoRA. By default 0 in
    /// RWR, 1e-3 in AWM and 1e-4 in DiffusionNFT (their references' weights, there of velocities).
    /// </summary>
    [Range(0, float.MaxValue)]
    public double KlWeight { get; set; }
}
