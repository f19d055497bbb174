namespace Ddpo.Audio.Training.Rollouts;

/// <summary>Mean and spread of values that come one by one (Welford 1962). Plain numbers, so that a run can be continued from them.</summary>
/// <param name="Count">Values so far.</param>
/// <param name="Mean">Their mean; 0 before the first.</param>
/// <param name="M2">Sum of their squared distances from the mean.</param>
internal readonly record struct RunningMoments(long Count, double Mean, double M2)
{
    /// <summary>Population standard deviation; 0 before the first value.</summary>
    public double Std => Count == 0 ? 0 : Math.Sqrt(M2 / Count);

    /// <summary>These and one more.</summary>
    public RunningMoments With(double value)
    {
        var distance = value - Mean;
        var mean = Mean + (distance / (Count + 1));
        return new RunningMoments(Count + 1, mean, M2 + (distance * (value - mean)));
    }
}
