using Ddpo.Audio.Prompts;

namespace Ddpo.Audio;

/// <summary>Where training takes its prompts from. Each draw is random, and a pure function of a seed and a position.</summary>
/// <remarks>
/// <para>A run therefore needs to keep no more than how many prompts it has drawn, to continue exactly where it stopped.
/// The numbers come from SplitMix64 in integer arithmetic: the same on every platform and in every version.</para>
/// <para>Draws are independent, with replacement. The sources made here are immutable and thread-safe; a class of your own
/// has to be, too.</para>
/// </remarks>
public abstract class PromptSource
{
    /// <summary>The prompt at one position.</summary>
    /// <param name="seed">Decides the whole sequence.</param>
    /// <param name="position">The place in the sequence, 0 or greater.</param>
    /// <returns>The same prompt for the same seed and position, always.</returns>
    public abstract Prompt At(ulong seed, long position);

    /// <summary>
    /// Every prompt that can be drawn, in the order given; a mixture's sources follow each other. <see langword="null"/> (the
    /// default of a class of your own) when that is not known.
    /// </summary>
    public virtual IReadOnlyList<Prompt>? AllPrompts => null;

    /// <summary>The prompts at several positions in a row.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="seed">Decides the whole sequence.</param>
    /// <param name="position">The first place in the sequence, 0 or greater; the next call continues at <c>position + count</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> or <paramref name="position"/> is negative.</exception>
    public IReadOnlyList<Prompt> Draw(int count, ulong seed, long position = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, long.MaxValue - count);
        var prompts = new Prompt[count];
        for (var i = 0; i < count; i++)
        {
            prompts[i] = At(seed, position + i);
        }

        return prompts;
    }

    /// <summary>Draws from the given prompts, each equally likely.</summary>
    /// <exception cref="ArgumentException">There is none, or one is <see langword="null"/>.</exception>
    public static PromptSource FromList(params IEnumerable<Prompt> prompts) => new ListPromptSource(prompts);

    /// <summary>Draws from the prompts of a UTF-8 text file, each line equally likely.</summary>
    /// <param name="path">The file. Blank lines and lines that begin with <c>#</c> are skipped. A line that begins with <c>{</c>
    /// is a JSON object with <c>text</c> and, optionally, <c>negative</c> and <c>metadata</c> (an object of strings, numbers or
    /// booleans); any other line is a prompt's text, without the white space at its ends.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line cannot be read or is not UTF-8 (the message has its number), or there is no prompt.</exception>
    public static PromptSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ListPromptSource(PromptFile.Read(path));
    }

    /// <summary>Draws from all combinations of words in a template, each equally likely.</summary>
    /// <param name="template">A text with named places in braces: <c>a {mood} {instrument} solo</c>.</param>
    /// <param name="words">The words for each place: <c>("mood", ["happy", "sad"]), ("instrument", ["piano"])</c>. A prompt's
    /// <see cref="Prompt.Metadata"/> has the words that were put in, by the names of their places.</param>
    /// <exception cref="ArgumentException">A brace is not closed, or the places and the words do not match.</exception>
    public static PromptSource FromTemplate(string template, params (string Name, string[] Words)[] words) =>
        new ListPromptSource(PromptTemplate.Expand(template, words));

    /// <summary>Draws from several sources, each as often as its share of the weights.</summary>
    /// <param name="sources">The sources and their weights, positive numbers of any scale.</param>
    /// <exception cref="ArgumentException">There is no source, or a weight is not a positive finite number.</exception>
    public static PromptSource Mixture(params (PromptSource Source, double Weight)[] sources) => new MixturePromptSource(sources);
}
