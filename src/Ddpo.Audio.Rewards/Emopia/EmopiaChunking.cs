namespace Ddpo.Audio.Rewards;

/// <summary>Which chunks of a clip an <see cref="EmopiaReward"/> hears. They lie side by side, and what is left over is not heard.</summary>
public enum EmopiaChunking
{
    /// <summary>Every whole chunk, <c>⌊n / L⌋</c> of them: 3 in 10 seconds.</summary>
    EveryWholeChunk,

    /// <summary>All but the last, <c>⌊(n − L) / L⌋</c>, as EMOPIA_cls' <c>inference.py</c>, but at least one: 2 in 10 seconds.</summary>
    Upstream,
}

/// <summary>What an <see cref="EmopiaReward"/> hears of a clip that is shorter than one chunk.</summary>
public enum EmopiaShortClips
{
    /// <summary>The clip over and over, until the chunk is full.</summary>
    Repeat,

    /// <summary>The clip, then silence.</summary>
    Silence,
}
