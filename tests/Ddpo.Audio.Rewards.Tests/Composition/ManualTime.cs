namespace Ddpo.Audio.Rewards.Tests.Composition;

/// <summary>Time that passes when it is told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];

    /// <summary>The times that were waited for, in the order of the waiting.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Whether waits end at once.</summary>
    public bool Hurries { get; init; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(callback, state);
        lock (_lock)
        {
            Waits.Add(dueTime);
            _timers.Add(timer);
        }

        if (Hurries)
        {
            timer.Ring();
        }

        return timer;
    }

    /// <summary>Ends all waits that go on.</summary>
    public void Pass()
    {
        ManualTimer[] due;
        lock (_lock)
        {
            due = [.. _timers];
            _timers.Clear();
        }

        Array.ForEach(due, timer => timer.Ring());
    }

    private sealed class ManualTimer(TimerCallback callback, object? state) : ITimer
    {
        private int _over;

        public void Ring()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0)
            {
                _ = Task.Run(() => callback(state)); // as a timer does, not on the thread that made it
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => Interlocked.Exchange(ref _over, 1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
