using System.Globalization;
using System.Text;

namespace Ddpo.Audio.Tokenizers.Bpe;

/// <summary>
/// Cuts a text into the words of GPT-2's pattern: a contraction's end ('s, 't, 're, 've, 'm, 'll, 'd); letters, digits or
/// other signs, each with at most one space in front; white space, the last of which goes to the following word.
/// Works on code points: letters and digits outside the basic plane count as such, which UTF-16 patterns get wrong.
/// </summary>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Digit,
        Other,
    }

    /// <summary>The words, in order, without gaps.</summary>
    public static IEnumerable<Range> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = End(text, start);
            yield return start..end;
            start = end;
        }
    }

    private static int End(string text, int start)
    {
        foreach (var contraction in Contractions)
        {
            if (string.CompareOrdinal(text, start, contraction, 0, contraction.Length) == 0)
            {
                return start + contraction.Length;
            }
        }

        var body = text[start] == ' ' ? start + 1 : start;
        if (body < text.Length && KindAt(text, body, out _) is var kind and not Kind.Space)
        {
            return RunEnd(text, body, kind);
        }

        // Every white space is one UTF-16 unit, so the last one can be left to the following word by stepping back one.
        var end = RunEnd(text, start, Kind.Space);
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }

    private static int RunEnd(string text, int at, Kind kind)
    {
        while (at < text.Length && KindAt(text, at, out var length) == kind)
        {
            at += length;
        }

        return at;
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        // An unpaired surrogate decodes to the replacement character, of length 1.
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length);
        return Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
            _ => Kind.Other,
        };
    }
}
