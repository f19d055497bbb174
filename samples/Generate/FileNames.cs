using System.Globalization;
using System.Text.RegularExpressions;

namespace Ddpo.Audio.Samples;

/// <summary>Names files by a template with the prompts' metadata and a number.</summary>
internal sealed partial class FileNames(string template)
{
    private readonly Dictionary<string, int> _used = [];

    /// <summary>Throws when a prompt lacks what the template needs.</summary>
    public void Check(IEnumerable<Prompt> prompts)
    {
        if (!Places().Matches(template).Any(IsNumber))
        {
            throw new SettingsException($"The setting FileName is '{template}'; expected {{n}} in it, so that no two files have the same name.");
        }

        foreach (var prompt in prompts)
        {
            Fill(prompt, 0);
        }
    }

    /// <summary>The name for the next clip of <paramref name="prompt"/>.</summary>
    public string Next(Prompt prompt)
    {
        var alike = Fill(prompt, null);
        var number = _used.GetValueOrDefault(alike);
        _used[alike] = number + 1;
        return Fill(prompt, number);
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
