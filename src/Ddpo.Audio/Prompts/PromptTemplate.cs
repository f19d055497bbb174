using System.Text;

namespace Ddpo.Audio.Prompts;

/// <summary>Makes every combination of words in a template with named places in braces.</summary>
internal static class PromptTemplate
{
    /// <summary>The prompts; words for the places that come first vary slowest.</summary>
    public static List<Prompt> Expand(string template, IReadOnlyList<(string Name, string[] Words)> words)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(words);
        var parts = Parse(template);
        var places = parts.Where(part => part.IsPlace).Select(part => part.Text).Distinct().ToArray();
        Check(template, places, words);

        var prompts = new List<Dictionary<string, string>> { new() };
        foreach (var place in places)
        {
            var choices = words.First(entry => entry.Name == place).Words;
            prompts = [.. prompts.SelectMany(chosen => choices.Select(word => new Dictionary<string, string>(chosen) { [place] = word }))];
        }

        return [.. prompts.Select(chosen => new Prompt(Fill(parts, chosen)) { Metadata = chosen })];
    }

    private static string Fill(List<(bool IsPlace, string Text)> parts, Dictionary<string, string> chosen) =>
        string.Concat(parts.Select(part => part.IsPlace ? chosen[part.Text] : part.Text));

    private static List<(bool IsPlace, string Text)> Parse(string template)
    {
        var parts = new List<(bool, string)>();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            var text = open < 0 ? template[at..] : template[at..open];
            if (text.Contains('}', StringComparison.Ordinal))
            {
                throw new ArgumentException($"The template '{template}' closes a brace that it did not open.", nameof(template));
            }

            parts.Add((false, text));
            if (open < 0)
            {
                break;
            }

            var close = template.IndexOf('}', open);
            var name = close < 0 ? "" : template[(open + 1)..close];
            if (name.Length == 0 || name.Contains('{', StringComparison.Ordinal))
            {
                throw new ArgumentException($"The brace at character {open} of the template '{template}' is not a named place such as {{instrument}}.", nameof(template));
            }

            parts.Add((true, name));
            at = close + 1;
        }

        return parts;
    }

    private static void Check(string template, string[] places, IReadOnlyList<(string Name, string[] Words)> words)
    {
        var problems = new StringBuilder();
        foreach (var place in places.Except(words.Select(entry => entry.Name)))
        {
            problems.Append($" No words are given for {{{place}}}.");
        }

        foreach (var group in words.GroupBy(entry => entry.Name))
        {
            var problem = !places.Contains(group.Key) ? "has no place in it"
                : group.Count() > 1 ? "is given more than once"
                : group.Single().Words is not { Length: > 0 } choices ? "has no words"
                : choices.Any(string.IsNullOrWhiteSpace) ? "has an empty word"
                : null;
            problems.Append(problem is null ? "" : $" '{group.Key}' {problem}.");
        }

        if (problems.Length > 0)
        {
            throw new ArgumentException($"The template '{template}' and its words do not match.{problems}", nameof(words));
        }
    }
}
