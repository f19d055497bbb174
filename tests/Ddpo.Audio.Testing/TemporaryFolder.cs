namespace Ddpo.Audio.Testing;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's path.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("ddpo-audio-").FullName;

    /// <summary>The path of a file or folder in it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>A new folder with all that is in <paramref name="folder"/>, at any depth.</summary>
    public static TemporaryFolder CopyOf(string folder)
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            copy.Write(Path.GetRelativePath(folder, file), File.ReadAllBytes(file));
        }

        return copy;
    }

    /// <summary>Writes a file, with the folders above it, and returns its path.</summary>
    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <inheritdoc cref="Write(string, byte[])"/>
    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a file and returns this folder.</summary>
    public TemporaryFolder With(string name, byte[] content)
    {
        Write(name, content);
        return this;
    }

    /// <inheritdoc cref="With(string, byte[])"/>
    public TemporaryFolder With(string name, string content) => With(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Copies files, or all files, of another folder and returns this one.</summary>
    public TemporaryFolder Copy(string folder, params string[] names)
    {
        foreach (var name in names.Length > 0 ? names : [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))])
        {
            Write(name, File.ReadAllBytes(Path.Combine(folder, name)));
        }

        return this;
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
