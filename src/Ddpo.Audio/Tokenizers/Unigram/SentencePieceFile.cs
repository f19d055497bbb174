using System.Text;
using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>Reads a SentencePiece model file: a protocol buffer with the pieces, the trainer's and the normalizer's settings.</summary>
internal static class SentencePieceFile
{
    private const ulong UnigramModelType = 1;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static UnigramDefinition Read(string path)
    {
        var contents = File.ReadAllBytes(path);
        try
        {
            return TokenizerJson.Parse(path, () => Parse(path, contents));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw TokenizerJson.Wrong(path, $"it is cut off or damaged ({exception.Message})", exception);
        }
    }

    private static UnigramDefinition Parse(string path, byte[] contents)
    {
        var pieces = new List<Piece>();
        var definition = new UnigramDefinition(path, pieces, [], []);
        var input = new CodedInputStream(contents);
        foreach (var field in Fields(input))
        {
            switch (field)
            {
                case (1, WireType.LengthDelimited): pieces.Add(ReadPiece(ReadMessage(input))); break;
                case (2, WireType.LengthDelimited): CheckTrainer(ReadMessage(input)); break;
                case (3, WireType.LengthDelimited): definition = ReadNormalizer(ReadMessage(input), definition); break;
                default: input.SkipLastField(); break;
            }
        }

        return definition;
    }

    private static Piece ReadPiece(CodedInputStream input)
    {
        var piece = new Piece("", 0, PieceKind.Normal);
        foreach (var field in Fields(input))
        {
            switch (field)
            {
                case (1, WireType.LengthDelimited): piece = piece with { Text = StrictUtf8.GetString(input.ReadBytes().Span) }; break;
                case (2, WireType.Fixed32): piece = piece with { Score = input.ReadFloat() }; break;
                case (3, WireType.Varint): piece = piece with { Kind = (PieceKind)input.ReadEnum() }; break;
                default: input.SkipLastField(); break;
            }
        }

        return piece;
    }

    private static void CheckTrainer(CodedInputStream input)
    {
        foreach (var field in Fields(input))
        {
            if (field is not (3 or 24 or 35, WireType.Varint))
            {
                input.SkipLastField();
                continue;
            }

            var value = input.ReadUInt64();
            if (field.Number == 3 ? value != UnigramModelType : value != 0)
            {
                var found = field.Number switch { 3 => $"a model of type {value}", 24 => "white space as a suffix", _ => "byte fallback" };
                throw new InvalidDataException($"expected a unigram model (type 1) as T5 has it, found {found}");
            }
        }
    }

    private static UnigramDefinition ReadNormalizer(CodedInputStream input, UnigramDefinition definition)
    {
        foreach (var field in Fields(input))
        {
            switch (field)
            {
                case (2, WireType.LengthDelimited): definition = definition with { CharacterMap = input.ReadBytes().ToByteArray() }; break;
                case (3, WireType.Varint): definition = definition with { AddsPrefix = input.ReadBool() }; break;
                case (4, WireType.Varint): definition = definition with { TrimsSpaces = input.ReadBool() }; break;
                case (5, WireType.Varint): definition = definition with { EscapesSpaces = input.ReadBool() }; break;
                default: input.SkipLastField(); break;
            }
        }

        return definition;
    }

    private static CodedInputStream ReadMessage(CodedInputStream input) => input.ReadBytes().CreateCodedInput();

    // The value of a field is read or skipped before the next field is asked for.
    private static IEnumerable<(int Number, WireType Type)> Fields(CodedInputStream input)
    {
        while (input.ReadTag() is not 0 and var tag)
        {
            var type = GetTagWireType(tag);
            yield return type <= WireType.Fixed32 // SkipLastField reads on over the others
                ? (GetTagFieldNumber(tag), type)
                : throw new InvalidDataException($"{(int)type} is not a known storage of a field");
        }
    }
}
