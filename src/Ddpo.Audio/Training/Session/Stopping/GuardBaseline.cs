namespace Ddpo.Audio;

/// <summary>What a <see cref="StoppingGuard"/> measures a fall from.</summary>
public enum GuardBaseline
{
    /// <summary>The highest moving mean so far: what was gained must not be lost again either.</summary>
    Best,

    /// <summary>The first moving mean: training must not leave the model worse than it was.</summary>
    First,
}
