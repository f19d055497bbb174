using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ddpo.Audio.Samples;

/// <summary>Names files by a template with the prompts' metadata and a number.</summary>
internal sealed partial class FileNames(string template)
{
    private const string Ending = ".wav";

    // Longer names, and these characters, are of no file on one system or another.
    private const int MostBytes = 255;
    private static readonly SearchValues<char> s_forbidden = SearchValues.Create("/\\:*?\"<>|");

    // Some systems do not tell upper from lower case.
    private readonly Dictionary<string, int> _used = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Throws when a name cannot be one of a file in the folder, is there twice, or when a prompt lacks what the template needs.</summary>
    /// <param name="prompts">Those of all files, in order.</param>
    public void Check(IEnumerable<Prompt> prompts)
    {
        if (!Places().Matches(template).Any(IsNumber))
        {
            throw new SettingsException($"The setting FileName is '{template}'; expected {{n}} in it, so that no two files have the same name.");
        }

        var (names, seen) = (new FileNames(template), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var name in prompts.Select(names.Next))
        {
            var problem = ProblemOf(name) ?? (seen.Add(name) ? null : "which two files would have");
            if (problem is not null)
            {
                throw new SettingsException($"The setting FileName is '{template}', which makes the name '{name}', {problem}. Expected the name of a file in the folder, such as {{n:0000}}.");
            }
        }
    }

    private static string? ProblemOf(string name) =>
        name.AsSpan().IndexOfAny(s_forbidden) is >= 0 and var at ? $"in which '{name[at]}' cannot be"
        : name.Any(char.IsControl) || !IsWellFormed(name) ? "which has characters that no name can have"
        : name[0] is '.' or ' ' ? "which begins as a hidden file's, or with a space"
        : Encoding.UTF8.GetByteCount(name) > MostBytes ? $"which has more than {MostBytes} bytes"
        : null;

    // Half a character has no UTF-8.
    private static bool IsWellFormed(string name) => name == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name));

    /// <summary>The name of the next file for <paramref name="prompt"/>.</summary>
    public string Next(Prompt prompt)
    {
        var alike = Fill(prompt, null);
        var number = _used.GetValueOrDefault(alike);
        _used[alike] = number + 1;
        return Fill(prompt, number) + Ending;
    }

    private string Fill(Prompt prompt, int? number) => Places().Replace(template, place =>
        IsNumber(place) ? number?.ToString(place.Groups["format"].Value, CultureInfo.InvariantCulture) ?? "{n}"
        : prompt.Metadata.TryGetValue(place.Groups["name"].Value, out var value) ? string.Concat(value.Select(letter => char.IsLetterOrDigit(letter) || letter == '-' ? letter : '_'))
        : throw new SettingsException(
            $"The setting FileName needs {place.Value}, which the prompt \"{prompt}\" does not tell. "
            + $"Its metadata has: {(prompt.Metadata.Count > 0 ? string.Join(", ", prompt.Metadata.Keys) : "nothing")}."));

    private static bool IsNumber(Match place) => place.Groups["name"].Value == "n";

    [GeneratedRegex(@"\{(?<name>[^{}:]+)(:(?<format>0+))?\}")]
    private static partial Regex Places();
}
