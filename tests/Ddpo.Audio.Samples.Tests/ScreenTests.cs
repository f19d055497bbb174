using System.Diagnostics;
using System.Text.RegularExpressions;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>What the programs show, on a terminal and elsewhere.</summary>
public sealed partial class ScreenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // "script" gives a program a terminal, and writes what it shows.
    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public async Task A_terminal_sees_progress_and_whole_commands_and_without_colours_it_gets_plain_text(string noColor, bool isLive)
    {
        var command = $"stty columns 60; dotnet '{Path.Combine(SampleProgram.Folder("Generate"), "Generate.dll")}' --output '{_folder["out"]}' --steps 40 --prompt '[a] happy piano' --seed 3";
        var (code, output, error) = await SampleProgram.RunAsync(new ProcessStartInfo("script", ["-qefc", command, "/dev/null"])
        {
            Environment = { ["NO_COLOR"] = noColor, ["TERM"] = "xterm-256color", ["COLUMNS"] = null, ["CI"] = null, ["GITHUB_ACTIONS"] = null },
        });
        Assert.True(code == 0, error + output);
        Assert.Equal(isLive, output.Contains('\e', StringComparison.Ordinal));
        var text = Sequences().Replace(output, "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(isLive, text.Any(line => Written().IsMatch(line)));
        Assert.Equal(isLive ? [true, true] : [false, false], new[] { "\e[?25l", "\e[?25h" }.Select(cursor => output.Contains(cursor, StringComparison.Ordinal)));
        Assert.Contains($"{_folder["out/0000.wav"]}  \"[a] happy piano\"", text);
    }

    [GeneratedRegex(@"\e\[[?\d;]*[A-Za-z]")]
    private static partial Regex Sequences();

    [GeneratedRegex(@"^0/1 clip written, step \d+/40 +[━ ]*\S* +[\d:\-]+$")]
    private static partial Regex Written();
}
