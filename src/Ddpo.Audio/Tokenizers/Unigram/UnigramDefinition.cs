namespace Ddpo.Audio.Tokenizers.Unigram;

/// <summary>What a piece of the vocabulary is for; the numbers are SentencePiece's.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A piece of the vocabulary; its id is its place in the list.</summary>
internal sealed record Piece(string Text, float Score, PieceKind Kind);

/// <summary>A unigram tokenizer as its file describes it.</summary>
/// <param name="Location">The file, for messages.</param>
/// <param name="Pieces">The vocabulary in the order of the ids.</param>
/// <param name="CharacterMap">SentencePiece's precompiled map for normalization; empty for none.</param>
/// <param name="AddedTokens">Tokens that are found literally; only <c>tokenizer.json</c> lists them.</param>
internal sealed record UnigramDefinition(
    string Location, IReadOnlyList<Piece> Pieces, byte[] CharacterMap, IReadOnlyList<AddedToken> AddedTokens)
{
    /// <summary>Puts a space in front of the text.</summary>
    public bool AddsPrefix { get; init; } = true;

    /// <summary>Drops white space at both ends and joins several spaces into one.</summary>
    public bool TrimsSpaces { get; init; } = true;

    /// <summary>Spells a space as U+2581, as the pieces do.</summary>
    public bool EscapesSpaces { get; init; } = true;

    /// <summary>Reads <c>spiece.model</c>, or else <c>tokenizer.json</c>.</summary>
    public static UnigramDefinition Read(string folder)
    {
        var (binary, json) = (Path.Combine(folder, "spiece.model"), Path.Combine(folder, "tokenizer.json"));
        return File.Exists(binary) ? SentencePieceFile.Read(binary)
            : File.Exists(json) ? UnigramJson.Read(json)
            : throw new CheckpointException(
                $"The folder '{folder}' has no unigram tokenizer: expected spiece.model or tokenizer.json, found neither. " +
                "Copy one from the model's repository.");
    }
}
