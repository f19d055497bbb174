using System.ComponentModel.DataAnnotations;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio;

/// <summary>Where prompts come from: set one of <see cref="Texts"/>, <see cref="File"/>, <see cref="Template"/> and <see cref="Mixture"/>.</summary>
public sealed class DdpoPromptOptions
{
    /// <summary>
    /// The prompts themselves (<see cref="PromptSource.FromList"/>); in configuration, texts or objects:
    /// <c>{ "Text": "a flute", "Negative": "noise", "Metadata": { "emotion": "sad" } }</c>.
    /// </summary>
    public IReadOnlyList<Prompt>? Texts { get; set; }

    /// <summary>A file with a prompt a line (<see cref="PromptSource.FromFile"/>).</summary>
    public string? File { get; set; }

    /// <summary>A text with named places in braces (<see cref="PromptSource.FromTemplate"/>), for which <see cref="Words"/> has words.</summary>
    public string? Template { get; set; }

    /// <summary>The words for each place of <see cref="Template"/>, by the name of the place. Words for other places are passed over.</summary>
    public Dictionary<string, string[]>? Words { get; set; }

    /// <summary>Sources to draw from (<see cref="PromptSource.Mixture"/>), each as often as its <see cref="Weight"/> says.</summary>
    public DdpoPromptOptions[]? Mixture { get; set; }

    /// <summary>This source's share of a mixture, more than 0; 1 by default.</summary>
    [Range(0, float.MaxValue, MinimumIsExclusive = true)]
    public double Weight { get; set; } = 1;

    /// <summary>Facts to add to the <see cref="Prompt.Metadata"/> of every prompt; what a prompt says itself counts more.</summary>
    public Dictionary<string, string>? Metadata { get; set; }

    /// <summary>The settings that say where prompts come from; one, when all is well.</summary>
    internal IReadOnlyList<string> Given =>
    [
        .. new[] { (nameof(Texts), Texts as object), (nameof(File), File), (nameof(Template), Template), (nameof(Mixture), Mixture) }
            .Where(way => way.Item2 is not null).Select(way => way.Item1),
    ];

    /// <summary>Makes the source. Reads the file where there is one.</summary>
    /// <exception cref="InvalidOperationException">Not one source is set, or more than one.</exception>
    /// <exception cref="ArgumentException">There is no prompt, or the template and its words do not match.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file cannot be read.</exception>
    public PromptSource ToSource() => Given switch
    {
        [nameof(Texts)] => PromptSource.FromList(Texts!.Select(Label)),
        [nameof(File)] => PromptSource.FromList(PromptSource.FromFile(File!).AllPrompts!.Select(Label)),
        [nameof(Template)] => PromptSource.FromList(PromptSource.FromTemplate(Template!, [.. (Words ?? [])
            .Where(words => Template!.Contains($"{{{words.Key}}}", StringComparison.Ordinal)).Select(words => (words.Key, words.Value))]).AllPrompts!.Select(Label)),
        [nameof(Mixture)] => PromptSource.Mixture([.. Mixture!.Select(part => (part.Labelled(Metadata).ToSource(), part.Weight))]),
        var given => throw new InvalidOperationException(Expected(given)),
    };

    /// <summary>What is wrong with them.</summary>
    /// <param name="group">Their key.</param>
    /// <param name="isNeeded">Whether there have to be prompts.</param>
    internal IEnumerable<SettingFailure> Check(string group, bool isNeeded)
    {
        if (Given.Count > 1 || (Given.Count == 0 && isNeeded))
        {
            yield return new(Expected(Given), group);
        }

        if (Words is not null && Template is null)
        {
            yield return new("There is no Template for these words.", $"{group}:{nameof(Words)}");
        }

        foreach (var failure in SettingAnnotations.Check(this, group))
        {
            yield return failure;
        }

        var parts = (Mixture ?? []).SelectMany((part, i) => part.Check($"{group}:{nameof(Mixture)}:{i}", isNeeded: true)).ToList();
        foreach (var failure in parts)
        {
            yield return failure;
        }

        if (Given.Count == 1 && parts.Count == 0 && Problem() is { } problem)
        {
            yield return new(problem, $"{group}:{Given[0]}");
        }
    }

    private static string Expected(IReadOnlyList<string> given) => given.Count == 0
        ? "No prompts: set one of Texts, File, Template and Mixture."
        : $"Expected one of Texts, File, Template and Mixture; found {string.Join(", ", given)}.";

    private string? Problem()
    {
        try
        {
            ToSource();
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The parameter's name is no setting's, and a failure is a line.
            var parameter = exception is ArgumentException { ParamName: { } name } ? $" (Parameter '{name}')" : "\n";
            return exception.Message.Replace(parameter, "", StringComparison.Ordinal).Split('\n')[0].TrimEnd();
        }
    }

    private DdpoPromptOptions Labelled(Dictionary<string, string>? facts)
    {
        var copy = SettingsCopy.Of(this);
        copy.Metadata = (facts ?? []).Where(fact => Metadata?.ContainsKey(fact.Key) != true).Concat(Metadata ?? []).ToDictionary();
        return copy;
    }

    private Prompt Label(Prompt prompt) => Metadata is not { Count: > 0 } || prompt is null ? prompt! : prompt with
    {
        Metadata = Metadata.Where(fact => !prompt.Metadata.ContainsKey(fact.Key)).Concat(prompt.Metadata).ToDictionary(),
    };
}
