using System.Text.RegularExpressions;

namespace Ddpo.Audio.Adapters;

/// <summary>Values for some layers, by a regular expression that the end of a layer's path matches: peft's rank_pattern and alpha_pattern.</summary>
internal sealed partial class PeftPatterns<T>
    where T : struct
{
    private readonly List<(Func<string, bool> Matches, T Value)> _patterns = [];

    /// <param name="name">The setting's name.</param>
    /// <param name="patterns">Its patterns; the first that matches counts.</param>
    /// <param name="problems">Gets a line for each that cannot be read.</param>
    public PeftPatterns(string name, OrderedDictionary<string, T>? patterns, List<string> problems)
    {
        foreach (var (pattern, value) in patterns ?? [])
        {
            try
            {
                _patterns.Add((Matcher(pattern), value));
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                problems.Add($"{name} has '{pattern}', which cannot be read as a pattern: {exception.Message}");
            }
        }
    }

    /// <summary>The value for a layer; <see langword="null"/>: there is none.</summary>
    public T? Find(string module)
    {
        foreach (var (matches, value) in _patterns)
        {
            if (matches(module))
            {
                return value;
            }
        }

        return null;
    }

    private static Func<string, bool> Matcher(string pattern)
    {
        // Most are paths, of which there may be one for each layer.
        if (PathPattern().IsMatch(pattern))
        {
            var (path, isWhole) = pattern[0] == '^' ? (pattern[1..], true) : (pattern, false);
            return module => EndsWith(module, path) && (module.Length == path.Length || (!isWhole && module[^(path.Length + 1)] == '.'));
        }

        // Without backtracking, for a pattern in a file may be made to take forever.
        var regex = new Regex($@"\A(.*\.)?({pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return regex.IsMatch;
    }

    /// <summary>Whether the path ends this way, where a dot of the pattern stands for any character.</summary>
    private static bool EndsWith(string module, string path)
    {
        if (module.Length < path.Length)
        {
            return false;
        }

        for (var i = 1; i <= path.Length; i++)
        {
            if (path[^i] != '.' && path[^i] != module[^i])
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\A\^?[A-Za-z0-9_.]+\z")]
    private static partial Regex PathPattern();
}
