namespace Ddpo.Audio.Samples;

/// <summary>The rewards of the studio.</summary>
internal static class RewardNames
{
    /// <summary>How well a clip fits its prompt.</summary>
    public const string Clap = "clap_score";

    /// <summary>How clearly a clip has the emotion that its prompt asks for.</summary>
    public const string Emopia = "emo_score";
}
