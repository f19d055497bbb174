namespace Ddpo.Audio.Samples;

/// <summary>
/// Says that something in the studio has changed. Whoever watches looks at the present state then, so that a slow watcher misses steps in
/// between and never the last.
/// </summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = NewSource();

    /// <summary>Completes at the next change. Take it before looking at the state, and no change is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes all who wait.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, NewSource()).SetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
