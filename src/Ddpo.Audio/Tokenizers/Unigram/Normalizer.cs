using System.Text;

namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>SentencePiece's text normalization: the character map, then spaces trimmed, joined and spelled as U+2581.</summary>
internal sealed class Normalizer
{
    private static readonly byte[] SpaceSymbol = "\u2581"u8.ToArray();

    private readonly CharacterMap _map;
    private readonly ByteTrie _userDefined = new();
    private readonly bool _addsPrefix;
    private readonly bool _trims;
    private readonly byte[] _space;

    public Normalizer(UnigramDefinition definition)
    {
        _map = new CharacterMap(definition.CharacterMap);
        (_addsPrefix, _trims) = (definition.AddsPrefix, definition.TrimsSpaces);
        _space = definition.EscapesSpaces ? SpaceSymbol : " "u8.ToArray();
        foreach (var piece in definition.Pieces.Where(piece => piece.Kind == PieceKind.UserDefined))
        {
            _userDefined.Add(Encoding.UTF8.GetBytes(piece.Text), 0);
        }
    }

    /// <summary>The normalized text, UTF-8; empty for a text of nothing but white space.</summary>
    public byte[] Normalize(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        while (_trims && !rest.IsEmpty && Next(rest, out var leading) is var length && leading.SequenceEqual(" "u8))
        {
            rest = rest[length..];
        }

        if (rest.IsEmpty)
        {
            return [];
        }

        var output = new List<byte>(rest.Length + (2 * _space.Length));
        if (_addsPrefix)
        {
            output.AddRange(_space);
        }

        var afterSpace = _trims;
        while (!rest.IsEmpty)
        {
            var length = Next(rest, out var replacement);
            rest = rest[length..];
            if (afterSpace)
            {
                replacement = replacement.TrimStart((byte)' ');
            }

            foreach (var value in replacement)
            {
                output.AddRange(value == ' ' ? _space : [value]);
            }

            afterSpace = _trims && (replacement.IsEmpty ? afterSpace : replacement[^1] == ' ');
        }

        var normalized = output.ToArray().AsSpan();
        while (_trims && normalized.EndsWith(_space))
        {
            normalized = normalized[..^_space.Length];
        }

        return normalized.ToArray();
    }

    // How many bytes the next unit of the text has, and what it becomes.
    private int Next(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        var userDefined = UserDefined(text);
        if (userDefined > 0)
        {
            replacement = text[..userDefined];
            return userDefined;
        }

        var length = _map.Match(text, out replacement);
        if (length == 0)
        {
            Rune.DecodeFromUtf8(text, out _, out length);
            replacement = text[..length];
        }

        return length;
    }

    private int UserDefined(ReadOnlySpan<byte> text)
    {
        var (node, longest) = (0, 0);
        for (var i = 0; i < text.Length && (node = _userDefined.Child(node, text[i])) >= 0; i++)
        {
            longest = _userDefined.Value(node) >= 0 ? i + 1 : longest;
        }

        return longest;
    }
}
