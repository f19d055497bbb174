using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>
/// SentencePiece's precompiled normalization rules: a double-array trie (darts-clone) from UTF-8 strings to their
/// replacements. Layout: the trie's size in bytes, the trie in 32-bit units, the replacements, each ended by a zero byte.
/// </summary>
internal sealed class CharacterMap
{
    // Real ones have some ten; a long one would multiply the length of every text.
    private const int MaxReplacementLength = 1024;

    private readonly uint[] _units = [];
    private readonly byte[] _replacements = [];

    /// <summary>Reads the rules; an empty <paramref name="blob"/> has none.</summary>
    /// <exception cref="InvalidDataException">The sizes in it do not fit, or a rule has no replacement.</exception>
    public CharacterMap(ReadOnlySpan<byte> blob)
    {
        if (blob.IsEmpty)
        {
            return;
        }

        var size = blob.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(blob) : uint.MaxValue;
        if (size == 0 || size % sizeof(uint) != 0 || size > blob.Length - sizeof(uint) || (size < blob.Length - sizeof(uint) && blob[^1] != 0))
        {
            throw new InvalidDataException($"the character map of {blob.Length} bytes is damaged");
        }

        _units = new uint[size / sizeof(uint)];
        blob.Slice(sizeof(uint), (int)size).CopyTo(MemoryMarshal.AsBytes(_units.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(_units, _units);
        }

        _replacements = blob[(sizeof(uint) + (int)size)..].ToArray();
        CheckReplacements();
    }

    /// <summary>The longest rule that the text begins with.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="replacement">What stands for it, UTF-8.</param>
    /// <returns>The bytes that the rule covers, or 0 when there is none.</returns>
    public int Match(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        var (length, value) = (0, 0u);
        var at = _units.Length > 0 ? Offset(_units[0]) : 0;
        for (var i = 0; i < text.Length; i++)
        {
            at ^= text[i];
            if (at >= _units.Length || Label(_units[at]) != text[i])
            {
                break;
            }

            var unit = _units[at];
            at ^= Offset(unit);
            if (HasValue(unit) && at < _units.Length)
            {
                (length, value) = (i + 1, _units[at] & 0x7FFFFFFF);
            }
        }

        replacement = length > 0 ? Replacement(value) : [];
        return length;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private static uint Label(uint unit) => unit & (0x80000000 | 0xFF);

    private static bool HasValue(uint unit) => ((unit >> 8) & 1) != 0;

    // Every rule that a text could meet must have its replacement. The root stands for no byte, and units with the highest
    // bit are values.
    private void CheckReplacements()
    {
        for (var at = 1; at < _units.Length; at++)
        {
            var unit = _units[at];
            if (unit > int.MaxValue || !HasValue(unit) || (at ^ Offset(unit)) is var leaf && leaf >= _units.Length)
            {
                continue;
            }

            var value = _units[leaf] & 0x7FFFFFFF;
            if (value >= _replacements.Length
                || _replacements.AsSpan((int)value, Math.Min(MaxReplacementLength, _replacements.Length - (int)value)).IndexOf((byte)0) < 0)
            {
                throw new InvalidDataException(
                    $"the character map is damaged: expected a replacement below {_replacements.Length}, found {value}");
            }
        }
    }

    private ReadOnlySpan<byte> Replacement(uint value)
    {
        var rest = _replacements.AsSpan((int)value);
        return rest[..rest.IndexOf((byte)0)];
    }
}
