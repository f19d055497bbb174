using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ddpo.Audio.Samples;

/// <summary>Writes text in lines that fit.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Most characters in a line, but for a word that is longer.</param>
internal sealed partial class WrappedText(TextWriter output, int width)
{
    private const int Narrowest = 40, Widest = 120, WhenUnknown = 80;

    /// <summary>Characters in a line of the terminal; what <c>COLUMNS</c> says, or 80, where there is none.</summary>
    public static int TerminalWidth => Math.Clamp(
        !Console.IsOutputRedirected && Console.WindowWidth > 0 ? Console.WindowWidth
        : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), CultureInfo.InvariantCulture, out var columns) ? columns
        : WhenUnknown,
        Narrowest,
        Widest);

    /// <summary>Writes a text.</summary>
    /// <param name="text">The text; line breaks in it count as blanks.</param>
    /// <param name="indent">Blanks before its first line.</param>
    /// <param name="hanging">Blanks before the others; as many when null.</param>
    public void Write(string text, int indent = 0, int? hanging = null) => Lines(
        text.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Parts(word, width - (hanging ?? indent))), indent, hanging ?? indent, "");

    /// <summary>Writes a command for a shell, which can be copied as it stands. An option and its values stay together.</summary>
    public void WriteCommand(string command, int indent) => Lines(OptionsOf().Matches(command).Select(option => (option.Value, " ")), indent, indent + 4, " \\");

    private void Lines(IEnumerable<(string Part, string Glue)> words, int indent, int hanging, string continued)
    {
        var line = new StringBuilder().Append(' ', indent);
        var isEmpty = true;
        foreach (var (part, glue) in words)
        {
            if (!isEmpty && line.Length + glue.Length + part.Length + continued.Length > width)
            {
                output.WriteLine(line + continued);
                line.Clear().Append(' ', hanging);
                isEmpty = true;
            }

            line.Append(isEmpty ? "" : glue).Append(part);
            isEmpty = false;
        }

        if (!isEmpty)
        {
            output.WriteLine(line);
        }
    }

    // What is long because it lists names, as One|Two, or nests them, as One:Two, may be broken there.
    private static IEnumerable<(string Part, string Glue)> Parts(string word, int most) => word.Length <= most
        ? [(word, " ")]
        : Joints().Split(word).Select((part, i) => (part, i == 0 ? " " : ""));

    [GeneratedRegex("(?=[|:])")]
    private static partial Regex Joints();

    [GeneratedRegex("""-?(?:"[^"]*"|[^ "])+(?: (?!-)(?:"[^"]*"|[^ "])+)*""")]
    private static partial Regex OptionsOf();
}
