using System.ComponentModel.DataAnnotations;

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

    /// <summary>Batches whose gradients make one update (<c>train.gradient_accumulation_steps</c>), at least 1 (the default).</summary>
    [Range(1, int.MaxValue)]
    public int GradientAccumulationSteps { get; set; } = 1;

    /// <summary>AdamW's learning rate (<c>train.learning_rate</c>), above 0; 3e-4 by default.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; set; } = 3e-4;

    /// <summary>AdamW's decay of the first moment (<c>train.adam_beta1</c>), from 0 to below 1; 0.9 by default.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double AdamBeta1 { get; set; } = 0.9;

    /// <summary>AdamW's decay of the second moment (<c>train.adam_beta2</c>), from 0 to below 1; 0.999 by default.</summary>
    [Range(0d, 1d, MaximumIsExclusive = true)]
    public double AdamBeta2 { get; set; } = 0.999;

    /// <summary>AdamW's weight decay (<c>train.adam_weight_decay</c>), at least 0; 1e-4 by default.</summary>
    [Range(0, double.MaxValue)]
    public double AdamWeightDecay { get; set; } = 1e-4;

    /// <summary>AdamW's epsilon (<c>train.adam_epsilon</c>), above 0; 1e-8 by default.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double AdamEpsilon { get; set; } = 1e-8;

    /// <summary>Largest norm of the gradient over all trained parameters (<c>train.max_grad_norm</c>), above 0; 1 by default.</summary>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double MaxGradNorm { get; set; } = 1;

    /// <summary>
    /// How many updates in a row may be left out because their gradient is not finite, at least 1; 5 by default. Each is logged and
    /// counted (<see cref="DdpoEpoch.SkippedUpdates"/>) and leaves the weights as they are; at so many training stops.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaxSkippedUpdates { get; set; } = 5;

    /// <summary>Samples in one pass of the model.</summary>
    internal int BatchSizeFor(SamplingOptions sampling) => BatchSize == 0 ? sampling.BatchSize : BatchSize;
}
