namespace Ddpo.Audio.Tokenizers;

/// <summary>Turns texts into the token ids of one text encoder. Immutable and thread-safe.</summary>
internal interface ITextTokenizer
{
    /// <summary>The id that fills rows up to their common length.</summary>
    int PadId { get; }

    /// <summary>The most tokens of a row, special ones included; <see cref="int.MaxValue"/> when there is no limit.</summary>
    int MaxLength { get; }

    /// <summary>Encodes texts into rows of equal length; a text that is too long loses its end and keeps the closing token.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="padTo">Pads and truncates to exactly this many tokens; <see langword="null"/> is the encoder's own rule.</param>
    TokenBatch Encode(IReadOnlyList<string> texts, int? padTo = null);
}
