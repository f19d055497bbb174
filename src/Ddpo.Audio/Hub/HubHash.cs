using System.Security.Cryptography;
using System.Text;

namespace Ddpo.Audio.Hub;

/// <summary>The hash by which the hub names a file's content, as far as it is one: SHA-256 (64 digits) or git's hash of a blob (40 digits).</summary>
internal sealed class HubHash : IDisposable
{
    private readonly string _expected;
    private readonly IncrementalHash? _hash;

    private HubHash(string expected, IncrementalHash? hash) => (_expected, _hash) = (expected, hash);

    /// <summary>Starts the hash that <paramref name="file"/> is named by.</summary>
    public static HubHash Of(HubFile file)
    {
        var isHex = file.Etag.All(char.IsAsciiHexDigit);
        if (isHex && file.Etag.Length == 64)
        {
            return new(file.Etag, IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        }

        if (!isHex || file.Etag.Length != 40 || file.Size is not { } size)
        {
            return new(file.Etag, null);
        }

#pragma warning disable CA5350 // Git's choice, not a secret's.
        var git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        git.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {size}\0")));
        return new(file.Etag, git);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash?.AppendData(bytes);

    /// <summary>Whether all that was appended is what the hub named, or nothing can be said.</summary>
    public bool IsRight() => _hash is null || string.Equals(Convert.ToHexString(_hash.GetHashAndReset()), _expected, StringComparison.OrdinalIgnoreCase);

    public void Dispose() => _hash?.Dispose();
}
