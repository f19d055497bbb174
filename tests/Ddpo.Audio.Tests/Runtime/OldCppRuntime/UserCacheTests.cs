using System.Diagnostics;
using System.Runtime.Versioning;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Runtime.OldCppRuntime;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime.OldCppRuntime;

[SupportedOSPlatform("linux")]
public sealed class UserCacheTests : IDisposable
{
    private const string Name = "lib.so";

    private static readonly byte[] s_content = [.. "what the file must hold"u8];

    private readonly TemporaryFolder _folder = new();

    private string Cache => _folder["cache"];

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void A_file_is_put_into_folders_that_are_closed_to_others_and_stays()
    {
        var path = UserCache.Put(Cache, Name, s_content);
        Assert.Equal(s_content, File.ReadAllBytes(path));
        Assert.StartsWith(Path.Combine(Cache, "ddpo-audio", "native"), path, StringComparison.Ordinal);
        for (var folder = Path.GetDirectoryName(path)!; folder != _folder.Root; folder = Path.GetDirectoryName(folder)!)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        var written = File.GetLastWriteTimeUtc(path);
        Assert.Equal(path, UserCache.Put(Cache, Name, s_content));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.NotEqual(path, UserCache.Put(Cache, Name, [1]));
    }

    [LinuxFact]
    public void What_the_file_holds_instead_is_replaced()
    {
        var path = UserCache.Put(Cache, Name, s_content);
        File.WriteAllBytes(path, s_content[1..]);
        Holds();
        File.WriteAllBytes(path, [0, .. s_content[1..]]);
        Holds();
        File.Delete(path);
        File.CreateSymbolicLink(path, _folder.Write("elsewhere", s_content));
        Holds();
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));

        void Holds()
        {
            Assert.Equal(path, UserCache.Put(Cache, Name, s_content));
            Assert.Equal(s_content, File.ReadAllBytes(path));
        }
    }

    [LinuxFact]
    public void What_cannot_be_replaced_is_named()
    {
        var path = UserCache.Put(Cache, Name, s_content);
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Contains(path, Assert.Throws<IOException>(() => UserCache.Put(Cache, Name, s_content)).Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_folder_that_others_can_write_to_is_refused_by_its_name()
    {
        var folder = Path.GetDirectoryName(UserCache.Put(Cache, Name, s_content))!;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupWrite);
        Assert.Contains($"'{folder}' is not this user's alone", Refuse(Cache), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_folder_of_another_user_is_refused_by_its_name()
    {
        var folder = "/usr"; // root's
        if (Environment.UserName == "root")
        {
            folder = Directory.CreateDirectory(Cache).FullName;
            using var chown = Process.Start("chown", ["12345", folder]);
            chown.WaitForExit();
        }

        Assert.Contains($"'{folder}' is not this user's alone", Refuse(folder), StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        _folder.Write("cache", "a file");
        Assert.Contains($"'{Cache}' cannot be made", Refuse(Cache), StringComparison.Ordinal);
        Assert.Contains("no home folder", Refuse(null), StringComparison.Ordinal);
    }

    private static string Refuse(string? cache) => Assert.Throws<IOException>(() => UserCache.Put(cache, Name, s_content)).Message;
}
