using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio;

/// <summary>How long to train, in what batches, and the optimizer, whatever the algorithm. Names in parentheses are ddpo-pytorch's, and so are the defaults.</summary>
public sealed class TrainingOptions
{
    /// <summary>Epochs (<c>num_epochs</c>), at least 1; 100 by default.</summary>
    [Range(1, int.MaxValue)]
    public int NumEpochs { get; set; } = 100;

    /// <summary>
    /// Samples in one pass of the UNet (<c>train.batch_size</c>), at least 1; must divide the sampling batch. Equal to it by
    /// default (0), which also makes the probability ratio exactly 1 before the first update.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int BatchSize { get; set; }

    /// <summary>
    /// Timesteps of each sample in one pass of the UNet, at least 1 (the default): a pass has so many times <see cref="BatchSize"/> rows, and as much more memory.
    /// More take less time where a batch does not fill the device. Must divide the denoising steps that a policy gradient trains on, or the draws of
    /// <see cref="ForwardProcessOptions.DrawsPerSample"/>; DRaFT has one step in a pass. Changes gradients by rounding only, but rows beside others may round
    /// otherwise than in sampling, so that the ratio before the first update is 1 to some 1e-6 only.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int TimestepsPerPass { get; set; } = 1;

    /// <summary>Batches whose gradients make one update (<c>train.gradient_accumulation_steps</c>), at least 1 (the default).</summary>
    [Range(1, int.MaxValue)]
    public int GradientAccumulationSteps { get; set; } = 1;

    /// <summary>AdamW's learning rate (<c>train.learning_rate</c>), above 0; 3e-4 by default.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; set; } = 3e-4;

    /// <summary>How the learning rate goes on after the warm-up (<c>lr_scheduler</c> in diffusers' scripts); it stays as it is by default.</summary>
    /// <remarks>
    /// A function of the update's number and of the run's updates (<c>num_training_steps</c>): <see cref="NumEpochs"/> times
    /// <see cref="ITrainingAlgorithm.UpdatesPerEpoch"/>. Updates that were left out, for their gradient was not finite or their groups had nothing to tell,
    /// have no number, so that a run may end before its schedule does. Each epoch says the rate of its last update in
    /// <see cref="TrainingMeasurements.LearningRate"/>. A run whose schedule ends with it goes on with its own <see cref="NumEpochs"/> only.
    /// </remarks>
    [EnumDataType(typeof(LearningRateSchedule))]
    public LearningRateSchedule LearningRateSchedule { get; set; }

    /// <summary>
    /// Updates in which the learning rate rises from 0 in a straight line (<c>lr_warmup_steps</c> in diffusers' scripts), from 0 (the default) to less than
    /// the run has. As there, the first of them has a rate of 0.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int WarmupUpdates { get; set; }

    /// <summary>AdamW's decay of the first moment (<c>train.adam_beta1</c>), from 0 to below 1; 0.9 by default.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double AdamBeta1 { get; set; } = 0.9;

    /// <summary>AdamW's decay of the second moment (<c>train.adam_beta2</c>), from 0 to below 1; 0.999 by default.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double AdamBeta2 { get; set; } = 0.999;

    /// <summary>AdamW's weight decay (<c>train.adam_weight_decay</c>), at least 0; 1e-4 by default.</summary>
    [Range(0, float.MaxValue)]
    public double AdamWeightDecay { get; set; } = 1e-4;

    /// <summary>AdamW's epsilon (<c>train.adam_epsilon</c>), above 0; 1e-8 by default.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double AdamEpsilon { get; set; } = 1e-8;

    /// <summary>Largest norm of the gradient over all trained parameters (<c>train.max_grad_norm</c>), above 0; 1 by default.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double MaxGradNorm { get; set; } = 1;

    /// <summary>
    /// How many updates in a row may be left out because their gradient is not finite, at least 1; 5 by default. Each is logged and
    /// counted (<see cref="DdpoEpoch.SkippedUpdates"/>) and leaves the weights as they are; at so many training stops.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaxSkippedUpdates { get; set; } = 5;

    /// <summary>
    /// Whether the model keeps less for its gradients, and computes it again when they are made (<c>gradient_checkpointing</c> in diffusers' scripts); off by
    /// default. The published UNet's transformers then take a third of the memory of a training step, which takes a third longer; the numbers are the same, bit
    /// for bit, so that a run may go on with it, or without it. For models that have it, such as <see cref="AudioLdm2Pipeline"/>.
    /// </summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>
    /// An average of the trained weights, with which validation clips are made and which <see cref="IPolicyTrainer.SaveAsync"/> and the run's adapter are;
    /// <see langword="null"/> (the default; in configuration, <c>false</c>) takes the weights themselves. Sampling goes on with those: the average learns
    /// nothing, it follows. A checkpoint has both.
    /// </summary>
    [ValidateObjectMembers]
    public EmaOptions? Ema { get; set; }

    /// <summary>Updates in one pass over an epoch's samples.</summary>
    internal int UpdatesPerPass(SamplingOptions sampling) =>
        sampling.BatchSize * sampling.NumBatchesPerEpoch / (BatchSizeFor(sampling) * GradientAccumulationSteps);

    /// <summary>Samples in one pass of the model.</summary>
    internal int BatchSizeFor(SamplingOptions sampling) => BatchSize == 0 ? sampling.BatchSize : BatchSize;
}
