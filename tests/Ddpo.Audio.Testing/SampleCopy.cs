namespace Ddpo.Audio.Testing;

/// <summary>A copy of a built sample, to take files from or put others in. Its native files are links, for they are large.</summary>
public sealed class SampleCopy : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc cref="SampleCopy"/>
    public SampleCopy(string sample)
    {
        foreach (var path in Directory.GetFiles(SampleProgram.Folder(sample)))
        {
            if (path.Contains(".so", StringComparison.Ordinal))
            {
                File.CreateSymbolicLink(this[Path.GetFileName(path)], path);
            }
            else
            {
                File.Copy(path, this[Path.GetFileName(path)]);
            }
        }

        Program = this[sample + ".dll"];
    }

    /// <summary>What the dotnet command runs.</summary>
    public string Program { get; }

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Takes away all files of a pattern, of which there must be some.</summary>
    public void Remove(string pattern)
    {
        var files = Directory.GetFiles(_folder.Root, pattern);
        Xunit.Assert.NotEmpty(files);
        Array.ForEach(files, File.Delete);
    }

    /// <summary>Puts other bytes into the place of a file.</summary>
    public void Replace(string name, byte[] content)
    {
        Remove(name); // it may be a link, whose target is not meant
        _folder.Write(name, content);
    }

    /// <summary>Removes the copy.</summary>
    public void Dispose() => _folder.Dispose();
}
