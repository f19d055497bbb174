namespace Ddpo.Audio;

/// <summary>The names of what every run measures in <see cref="DdpoEpoch.Measurements"/>, whatever the algorithm.</summary>
public static class TrainingMeasurements
{
    /// <summary>The learning rate of the epoch's last update; <see cref="double.NaN"/> without one.</summary>
    public const string LearningRate = "learning_rate";
}
