namespace Ddpo.Audio.Samples;

/// <summary>The settings of a run that the page can change. What is left out is as in the settings.</summary>
internal sealed record TrainingRequest
{
    /// <summary>The prompts to draw from.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>How the model is improved.</summary>
    public TrainingAlgorithm? Algorithm { get; init; }

    /// <summary>Epochs.</summary>
    public int? Epochs { get; init; }

    /// <summary>AdamW's learning rate.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Denoising steps of each sample.</summary>
    public int? Steps { get; init; }

    /// <summary>Length of each sample in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>Samples at once.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Batches in an epoch.</summary>
    public int? Batches { get; init; }

    /// <summary>How far the policy may move in an epoch.</summary>
    public double? ClipRange { get; init; }

    /// <summary>How many of the last denoising steps are not trained on.</summary>
    public int? SkipLastSteps { get; init; }

    /// <summary>Epochs between checkpoints.</summary>
    public int? SaveEvery { get; init; }

    /// <summary>Decides everything random; drawn when left out.</summary>
    public long? Seed { get; init; }
}

/// <summary>Which run to go on with.</summary>
internal sealed record ResumeRequest
{
    /// <summary>The run's name; the last one's of this studio when left out.</summary>
    public string? Run { get; init; }
}
