namespace Ddpo.Audio.Training.Session.Stopping;

/// <summary>The mean of the last values.</summary>
internal sealed class MovingMean(int window)
{
    private readonly Queue<double> _values = [];

    /// <summary>Adds a value.</summary>
    /// <returns>The mean with it; <see langword="null"/> until there are as many values as the window takes.</returns>
    public double? Add(double value)
    {
        _values.Enqueue(value);
        if (_values.Count > window)
        {
            _values.Dequeue();
        }

        // Summed anew each time: a running sum would keep the rounding of values that are gone, and a NaN for ever.
        return _values.Count == window ? _values.Average() : null;
    }
}
