using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ddpo.Audio.Rewards.Composition;

/// <summary>SHA-256 of a clip and its prompt: equal for equal content, whatever the objects.</summary>
internal readonly record struct ContentKey(UInt128 High, UInt128 Low)
{
    /// <summary>The key of a clip and its prompt, by all that a reward can see of them.</summary>
    public static ContentKey Of(AudioClip clip, Prompt prompt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, clip.SampleRate);
        Add(hash, clip.Channels);
        Add(hash, MemoryMarshal.AsBytes(clip.Samples.Span));
        Add(hash, prompt.Text);
        Add(hash, prompt.NegativeText);
        foreach (var (name, value) in prompt.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Add(hash, name);
            Add(hash, value);
        }

        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(bytes);
        return new ContentKey(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
    }

    private static void Add(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    // The length first: otherwise "ab" + "c" would be "a" + "bc".
    private static void Add(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Add(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        if (text is null)
        {
            Add(hash, -1);
        }
        else
        {
            Add(hash, Encoding.UTF8.GetBytes(text));
        }
    }
}
