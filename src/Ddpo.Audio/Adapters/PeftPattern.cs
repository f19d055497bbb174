using System.Text.RegularExpressions;

namespace Ddpo.Audio.Adapters;

/// <summary>Values for some layers, by a regular expression that the end of a layer's path matches: peft's rank_pattern and alpha_pattern.</summary>
internal static class PeftPattern
{
    /// <summary>The value of the first pattern that the layer matches.</summary>
    public static bool Find<T>(OrderedDictionary<string, T>? patterns, string module, out T value)
        where T : struct
    {
        foreach (var (pattern, found) in patterns ?? [])
        {
            if (Compile(pattern).IsMatch(module))
            {
                value = found;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>One line for each pattern that cannot be read.</summary>
    public static IEnumerable<string> Problems<T>(OrderedDictionary<string, T>? patterns)
    {
        foreach (var pattern in patterns?.Keys ?? Enumerable.Empty<string>())
        {
            string? problem = null;
            try
            {
                Compile(pattern);
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                problem = $"has '{pattern}', which cannot be read as a pattern: {exception.Message}";
            }

            if (problem is not null)
            {
                yield return problem;
            }
        }
    }

    // Without backtracking, for a pattern in a file may be made to take forever.
    private static Regex Compile(string pattern) =>
        new($@"\A(.*\.)?({pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
