namespace Ddpo.Audio.Samples;

/// <summary>Where prompts come from: one of List, File, Template or Mixture.</summary>
internal sealed class PromptSettings
{
    /// <summary>The settings of which one is needed.</summary>
    public static readonly string[] Sources = [nameof(List), nameof(File), nameof(Template), nameof(Mixture)];

    /// <summary>The prompts themselves.</summary>
    public string[]? List { get; set; }

    /// <summary>A text file with a prompt a line; a line may be a JSON object with text, negative and metadata.</summary>
    public string? File { get; set; }

    /// <summary>A text with places for words, such as "a recording of a {emotion} {instrument} solo, high quality".</summary>
    public string? Template { get; set; }

    /// <summary>
    /// Words for the template's places, to be put in in every combination; others than those are passed over. A prompt's words become
    /// its metadata.
    /// </summary>
    public Dictionary<string, string[]> Words { get; set; } = [];

    /// <summary>Sources to draw from, each as often as its Weight says.</summary>
    public PromptSettings[]? Mixture { get; set; }

    /// <summary>This source's share of a mixture, above 0; 1 by default.</summary>
    public double Weight { get; set; } = 1;

    /// <summary>Facts about every prompt that rewards may need, such as emotion=angry.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>Whether any prompts are given.</summary>
    public bool IsEmpty() => (List ?? (object?)File ?? Template ?? (object?)Mixture) is null;

    /// <summary>Makes the source.</summary>
    /// <param name="section">The section's name, for messages.</param>
    public PromptSource ToSource(string section)
    {
        var given = new object?[] { List, File, Template, Mixture }.Count(source => source is not null);
        if (given != 1)
        {
            throw new SettingsException($"Expected one of List, File, Template and Mixture in {section}, found {given} of them.");
        }

        return Mixture is not null
            ? PromptSource.Mixture([.. Mixture.Select((source, i) => (source.ToSource($"{section}:Mixture:{i}"), source.Weight))])
            : PromptSource.FromList(Read().Select(Label));
    }

    /// <summary>Makes all prompts.</summary>
    /// <inheritdoc cref="ToSource"/>
    public IReadOnlyList<Prompt> ToList(string section) => ToSource(section).AllPrompts!;

    private IReadOnlyList<Prompt> Read() =>
        List is not null ? [.. List.Select(text => new Prompt(text))]
        : File is not null ? PromptSource.FromFile(File).AllPrompts!
        : PromptSource.FromTemplate(Template!, [.. Words
            .Where(words => Template!.Contains($"{{{words.Key}}}", StringComparison.Ordinal)).Select(words => (words.Key, words.Value))]).AllPrompts!;

    // What a prompt says itself counts more.
    private Prompt Label(Prompt prompt) => Metadata.Count == 0 ? prompt : prompt with
    {
        Metadata = Metadata.Where(fact => !prompt.Metadata.ContainsKey(fact.Key)).Concat(prompt.Metadata).ToDictionary(),
    };
}
