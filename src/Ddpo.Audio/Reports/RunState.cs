namespace Ddpo.Audio.Reports;

/// <summary>How a run is.</summary>
/// <param name="Name">One word, which is also its class in the style sheet.</param>
/// <param name="Reason">Why; empty when there is nothing to say.</param>
internal sealed record RunState(string Name, string Reason = "")
{
    /// <summary>At work.</summary>
    public static RunState Running { get; } = new("running");

    /// <summary>All epochs are done.</summary>
    public static RunState Finished { get; } = new("finished");

    /// <summary>Ended early, in order.</summary>
    public static RunState Stopped(string reason) => new("stopped", reason);

    /// <summary>Ended by an error.</summary>
    public static RunState Failed(string reason) => new("failed", reason);
}
