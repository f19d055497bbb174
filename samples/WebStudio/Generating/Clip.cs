namespace Ddpo.Audio.Samples;

/// <summary>A clip that can be listened to.</summary>
/// <param name="Id">Its name in addresses.</param>
/// <param name="Prompt">What was asked for.</param>
/// <param name="Adapter">The adapter's id; none when null.</param>
/// <param name="Strength">How strongly the adapter worked.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Seconds">Length in seconds.</param>
/// <param name="Guidance">Strength of guidance.</param>
/// <param name="Seed">What decided its noise.</param>
/// <param name="Scores">What the rewards make of it.</param>
/// <param name="Peaks">What it looks like: the loudness of its parts, from 0 to 100.</param>
/// <param name="Made">When it was made.</param>
internal sealed record Clip(
    Guid Id,
    string Prompt,
    string? Adapter,
    double Strength,
    int Steps,
    double Seconds,
    double Guidance,
    long Seed,
    ClipScores? Scores,
    IReadOnlyList<int> Peaks,
    DateTimeOffset Made)
{
    /// <summary>Where its WAV file is.</summary>
    public string Audio => $"/api/clips/{Id:N}/audio";

    /// <summary>Where its spectrogram is.</summary>
    public string Spectrogram => $"/api/clips/{Id:N}/spectrogram";
}

/// <summary>What the rewards make of a clip.</summary>
/// <param name="Clap">How well it fits its prompt, as <c>clap_score</c> has it.</param>
/// <param name="Emotion">The emotion that EMOPIA hears in it; none without EMOPIA.</param>
/// <param name="EmotionValue">How clearly, from 0 to 1.</param>
internal sealed record ClipScores(double Clap, string? Emotion = null, double EmotionValue = 0);
