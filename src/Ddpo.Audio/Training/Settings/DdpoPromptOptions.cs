namespace Ddpo.Audio;

/// <summary>Where a container's prompts come from: set one of the three ways.</summary>
public sealed class DdpoPromptOptions
{
    /// <summary>The prompts themselves (<see cref="PromptSource.FromList"/>).</summary>
    public string[]? Texts { get; set; }

    /// <summary>A file with a prompt a line (<see cref="PromptSource.FromFile"/>).</summary>
    public string? File { get; set; }

    /// <summary>A text with named places in braces (<see cref="PromptSource.FromTemplate"/>), for which <see cref="Words"/> has words.</summary>
    public string? Template { get; set; }

    /// <summary>The words for each place of <see cref="Template"/>, by the name of the place.</summary>
    public Dictionary<string, string[]>? Words { get; set; }

    /// <summary>The settings that say where prompts come from; one, when all is well.</summary>
    internal IReadOnlyList<string> Given =>
    [
        .. new[] { (nameof(Texts), Texts as object), (nameof(File), File), (nameof(Template), Template) }
            .Where(way => way.Item2 is not null).Select(way => way.Item1),
    ];

    /// <summary>Makes the source. Reads the file where there is one.</summary>
    internal PromptSource Create() => Given switch
    {
        [nameof(Texts)] => PromptSource.FromList(Texts!.Select(text => new Prompt(text))),
        [nameof(File)] => PromptSource.FromFile(File!),
        [nameof(Template)] => PromptSource.FromTemplate(Template!, [.. (Words ?? []).Select(words => (words.Key, words.Value))]),
        _ => throw new InvalidOperationException(
            "Expected one of Texts, File and Template in the settings of the prompts, or a call of UsePrompts."),
    };
}
