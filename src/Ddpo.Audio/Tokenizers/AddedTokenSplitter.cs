namespace Ddpo.Audio.Tokenizers;

/// <summary>Cuts a text at the added tokens in it; of two that begin at one place the longer wins.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly Dictionary<char, AddedToken[]> _byFirst;

    public AddedTokenSplitter(IEnumerable<AddedToken> tokens) =>
        _byFirst = tokens
            .Where(token => token.Content.Length > 0)
            .GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());

    /// <summary>The pieces in order: either an added token or a text between two of them, never empty.</summary>
    public IEnumerable<(AddedToken? Token, string Text)> Split(string text)
    {
        var start = 0;
        AddedToken? previous = null;
        for (var i = 0; i < text.Length;)
        {
            if (Match(text, i) is not { } token)
            {
                i++;
                continue;
            }

            if (Between(text[start..i], previous, token) is { Length: > 0 } before)
            {
                yield return (null, before);
            }

            yield return (token, token.Content);
            previous = token;
            start = i += token.Content.Length;
        }

        if (Between(text[start..], previous, null) is { Length: > 0 } rest)
        {
            yield return (null, rest);
        }
    }

    private static string Between(string text, AddedToken? left, AddedToken? right)
    {
        text = left is { TrimsRight: true } ? text.TrimStart() : text;
        return right is { TrimsLeft: true } ? text.TrimEnd() : text;
    }

    private AddedToken? Match(string text, int at) =>
        _byFirst.TryGetValue(text[at], out var candidates)
            ? Array.Find(candidates, token => string.CompareOrdinal(text, at, token.Content, 0, token.Content.Length) == 0)
            : null;
}
