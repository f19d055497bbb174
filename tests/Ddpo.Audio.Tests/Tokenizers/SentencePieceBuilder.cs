using System.Text;
using Ddpo.Audio.Tokenizers.Unigram;

namespace Ddpo.Audio.Tests.Tokenizers;

/// <summary>Writes small SentencePiece model files.</summary>
internal sealed class SentencePieceBuilder
{
    private readonly List<byte> _bytes = [];

    public bool TrimsSpaces { get; init; } = true;

    public bool AddsPrefix { get; init; } = true;

    /// <summary>1 is unigram, 2 is BPE.</summary>
    public byte ModelType { get; init; } = 1;

    public byte[] CharacterMap { get; init; } = [];

    public SentencePieceBuilder Add(string text, float score, PieceKind kind = PieceKind.Normal)
    {
        var name = Encoding.UTF8.GetBytes(text);
        Message(1, [0x0A, (byte)name.Length, .. name, 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)kind]);
        return this;
    }

    public byte[] Build()
    {
        Message(2, [0x18, ModelType]);
        Message(3, [0x12, (byte)CharacterMap.Length, .. CharacterMap, 0x18, Flag(AddsPrefix), 0x20, Flag(TrimsSpaces)]);
        return [.. _bytes];
    }

    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;

    private void Message(int field, byte[] contents) => _bytes.AddRange([(byte)((field << 3) | 2), (byte)contents.Length, .. contents]);
}
