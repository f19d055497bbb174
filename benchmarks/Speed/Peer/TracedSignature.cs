using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Ddpo.Audio.Benchmarks.Speed.Stages;

namespace Ddpo.Audio.Benchmarks.Speed.Peer;

/// <summary>What the <c>forward</c> of a TorchScript file takes, read from the source in it: TorchSharp does not tell.</summary>
internal static partial class TracedSignature
{
    /// <summary>The arguments' names, in order.</summary>
    /// <exception cref="NotMeasuredException">The file is not of this kind.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var data = Text(archive, "/data.pkl", path);

        // The pickle begins with the class of the module: c, its place and its name, each to the end of the line.
        var type = TypeInPickle().Match(data);
        if (!type.Success)
        {
            throw new NotMeasuredException($"'{path}' has no module: it is not of torch.jit.save");
        }

        var source = Text(archive, $"/code/{type.Groups["place"].Value.Replace('.', '/')}.py", path);
        var forward = Regex.Match(source, $@"class {Regex.Escape(type.Groups["name"].Value)}\(Module\):.*?def forward\(self: [^,)]*,?(?<arguments>[^)]*)\)", RegexOptions.Singleline);
        return forward.Success
            ? [.. Argument().Matches(forward.Groups["arguments"].Value).Select(argument => argument.Groups["name"].Value)]
            : throw new NotMeasuredException($"'{path}' has no forward that could be read");
    }

    private static string Text(ZipArchive archive, string end, string path)
    {
        var entry = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(end, StringComparison.Ordinal))
            ?? throw new NotMeasuredException($"'{path}' has no {end[1..]}: it is not of torch.jit.save");
        using var reader = new StreamReader(entry.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"c(?<place>__torch__[\w.]*)\n(?<name>\w+)\n")]
    private static partial Regex TypeInPickle();

    [GeneratedRegex(@"(?<name>\w+): Tensor")]
    private static partial Regex Argument();
}
