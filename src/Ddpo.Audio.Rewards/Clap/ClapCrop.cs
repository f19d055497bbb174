namespace Ddpo.Audio.Rewards;

/// <summary>Which part of a clip CLAP hears when the clip is longer than the 10 seconds that it hears at once.</summary>
public enum ClapCrop
{
    /// <summary>The beginning.</summary>
    Start,

    /// <summary>The middle.</summary>
    Center,

    /// <summary>A part chosen by the clip's samples and <see cref="ClapRewardOptions.Seed"/>: as in the original, but the same clip gives the same score.</summary>
    SeededRandom,

    /// <summary>All of it: the mean score over windows side by side, the last one ending with the clip.</summary>
    MeanOverWindows,
}
