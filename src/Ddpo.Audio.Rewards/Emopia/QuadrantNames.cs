namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>Knows a clip's prompt by a name such as <c>Q3_12.wav</c>.</summary>
internal sealed class QuadrantNames(string folder, string instrument)
{
    private readonly Dictionary<string, Prompt> _prompts =
        EmotionPrompts.Solos(instrument).ToDictionary(prompt => prompt.Metadata["quadrant"]);

    /// <exception cref="InvalidDataException">The name has another form.</exception>
    public Prompt Prompt(string file)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        return _prompts.TryGetValue(name.Split('_')[0], out var prompt) ? prompt : throw new InvalidDataException(
            $"It is not known what '{file}' in '{folder}' was made for. Give a prompt, or a {SampleManifest.FileName} beside the clips, "
            + "or name them by quadrant, as Q1_0.wav.");
    }
}
