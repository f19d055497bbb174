namespace Ddpo.Audio.Tests.Tokenizers;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("ddpo-audio-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public TemporaryFolder With(string name, string contents)
    {
        File.WriteAllText(this[name], contents);
        return this;
    }

    public TemporaryFolder With(string name, byte[] contents)
    {
        File.WriteAllBytes(this[name], contents);
        return this;
    }

    /// <summary>Copies files, or all files, of another folder.</summary>
    public TemporaryFolder Copy(string folder, params string[] names)
    {
        foreach (var name in names.Length > 0 ? names : [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))])
        {
            With(name, File.ReadAllBytes(Path.Combine(folder, name)));
        }

        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
