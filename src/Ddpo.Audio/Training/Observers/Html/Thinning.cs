namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Makes one point of several epochs, so that a long run's report is no larger than a short one's.</summary>
internal sealed class Thinning(int epochs, int mostPoints = 400)
{
    /// <summary>Epochs in a point; the last may have fewer.</summary>
    public int EpochsPerPoint { get; } = Math.Max(1, (epochs + mostPoints - 1) / mostPoints);

    /// <summary>The points of a curve: means of the epochs' values.</summary>
    public double[] Of(double[] values) => EpochsPerPoint == 1
        ? values
        : [.. values.Chunk(EpochsPerPoint).Select(chunk => Curve.Mean(chunk))];
}
