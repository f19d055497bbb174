namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>How a run is.</summary>
/// <param name="Name">One word, which is also its class in the style sheet.</param>
/// <param name="Reason">Why; empty when there is nothing to say.</param>
internal sealed record RunState(string Name, string Reason = "")
{
    /// <summary>At work.</summary>
    public static RunState Running { get; } = new("running");

    /// <summary>How it ended.</summary>
    public static RunState Of(RunEnd end) => new(end.Outcome.ToString().ToLowerInvariant(), end.Reason);
}
