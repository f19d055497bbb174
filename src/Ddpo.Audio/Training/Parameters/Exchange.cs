namespace Ddpo.Audio.Training.Parameters;

/// <summary>Has a model predict with other weights for a while. Copies only, so that the weights are afterwards what they were, bit for bit.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly Tensor _live;
    private readonly Tensor _kept;

    private Exchange(Tensor live, Tensor kept) => (_live, _kept) = (live, kept);

    /// <summary>Puts <paramref name="values"/> in the place of <paramref name="live"/>, until the returned object is disposed. What is nested ends first.</summary>
    public static Exchange Of(Tensor live, Tensor values)
    {
        using var noGradient = no_grad();
        var kept = live.clone().DetachFromDisposeScope();
        live.copy_(values);
        return new Exchange(live, kept);
    }

    public void Dispose()
    {
        using var noGradient = no_grad();
        _live.copy_(_kept);
        _kept.Dispose();
    }
}
