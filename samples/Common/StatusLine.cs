namespace Ddpo.Audio.Samples;

/// <summary>One line that is written over and over; silent when the output is not a terminal. Of several ranks, the first alone writes.</summary>
/// <param name="collective">The ranks.</param>
internal sealed class StatusLine(ICollective collective)
{
    private readonly Lock _lock = new();
    private readonly bool _live = collective.Size == 1 && !Console.IsOutputRedirected;
    private long _nextTick;
    private int _length;

    /// <summary>Shows <paramref name="text"/>, ten times a second at most.</summary>
    public void Show(Func<string> text)
    {
        if (!_live || Environment.TickCount64 < Interlocked.Read(ref _nextTick))
        {
            return;
        }

        lock (_lock)
        {
            Interlocked.Exchange(ref _nextTick, Environment.TickCount64 + 100);
            var line = text();
            // A line that wraps could not be taken back.
            line = line[..Math.Min(line.Length, Math.Max(Console.WindowWidth - 1, 20))];
            Console.Write('\r' + line.PadRight(_length));
            _length = line.Length;
        }
    }

    /// <summary>Whether this is the process that writes.</summary>
    public bool IsFirst => collective.Rank == 0;

    /// <summary>Replaces the line by one that stays.</summary>
    public void Print(string line)
    {
        if (!IsFirst)
        {
            return;
        }

        lock (_lock)
        {
            if (_length > 0)
            {
                Console.Write('\r' + new string(' ', _length) + '\r');
                _length = 0;
            }

            Console.WriteLine(line);
        }
    }
}
