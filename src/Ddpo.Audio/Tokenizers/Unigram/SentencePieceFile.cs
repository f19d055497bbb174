using System.Text;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>Reads a SentencePiece model file: a protocol buffer with the pieces, the trainer's and the normalizer's settings.</summary>
internal static class SentencePieceFile
{
    private const ulong UnigramModelType = 1;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static UnigramDefinition Read(string path)
    {
        var contents = File.ReadAllBytes(path);
        return TokenizerJson.Parse(path, () => Parse(path, contents));
    }

    private static UnigramDefinition Parse(string path, byte[] contents)
    {
        var pieces = new List<Piece>();
        var definition = new UnigramDefinition(path, pieces, [], []);
        var reader = new ProtobufReader(contents);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): pieces.Add(ReadPiece(reader.ReadBytes())); break;
                case (2, WireType.Bytes): CheckTrainer(reader.ReadBytes()); break;
                case (3, WireType.Bytes): definition = ReadNormalizer(reader.ReadBytes(), definition); break;
                default: reader.Skip(type); break;
            }
        }

        return definition;
    }

    private static Piece ReadPiece(ReadOnlySpan<byte> message)
    {
        var piece = new Piece("", 0, PieceKind.Normal);
        var reader = new ProtobufReader(message);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): piece = piece with { Text = StrictUtf8.GetString(reader.ReadBytes()) }; break;
                case (2, WireType.Fixed32): piece = piece with { Score = reader.ReadFloat() }; break;
                case (3, WireType.Varint): piece = piece with { Kind = (PieceKind)reader.ReadVarint() }; break;
                default: reader.Skip(type); break;
            }
        }

        return piece;
    }

    private static void CheckTrainer(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.TryReadTag(out var field, out var type))
        {
            if ((field, type) is not ((3 or 24 or 35), WireType.Varint))
            {
                reader.Skip(type);
                continue;
            }

            var value = reader.ReadVarint();
            if (field == 3 ? value != UnigramModelType : value != 0)
            {
                var found = field switch { 3 => $"a model of type {value}", 24 => "white space as a suffix", _ => "byte fallback" };
                throw new InvalidDataException($"expected a unigram model (type 1) as T5 has it, found {found}");
            }
        }
    }

    private static UnigramDefinition ReadNormalizer(ReadOnlySpan<byte> message, UnigramDefinition definition)
    {
        var reader = new ProtobufReader(message);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field, type)
            {
                case (2, WireType.Bytes): definition = definition with { CharacterMap = reader.ReadBytes().ToArray() }; break;
                case (3, WireType.Varint): definition = definition with { AddsPrefix = reader.ReadVarint() != 0 }; break;
                case (4, WireType.Varint): definition = definition with { TrimsSpaces = reader.ReadVarint() != 0 }; break;
                case (5, WireType.Varint): definition = definition with { EscapesSpaces = reader.ReadVarint() != 0 }; break;
                default: reader.Skip(type); break;
            }
        }

        return definition;
    }
}
