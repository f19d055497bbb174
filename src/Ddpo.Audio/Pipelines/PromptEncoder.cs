using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Tokenizers;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Pipelines;

/// <summary>From prompts to what the UNet attends to: diffusers' <c>AudioLDM2Pipeline.encode_prompt</c>.</summary>
internal sealed class PromptEncoder(AudioLdm2Components components, ILogger logger)
{
    /// <summary>Encodes prompts and, with guidance, what to steer away from: each prompt's own negative text or <paramref name="negativePrompt"/>.</summary>
    /// <returns>A row for each prompt; belongs to the caller's dispose scope.</returns>
    public PromptEmbeddings Encode(IReadOnlyList<Prompt> prompts, string negativePrompt, bool guided, PromptPadding padding)
    {
        // Each once, however often it is there: the samples of a group have one prompt.
        (string Text, string? Negative)[] rows = [.. prompts.Select(prompt => (prompt.Text, guided ? prompt.NegativeText ?? negativePrompt : null))];
        (string Text, string? Negative)[] distinct = [.. rows.Distinct()];
        string[] texts = [.. distinct.Select(row => row.Text)];
        string[]? negatives = guided ? [.. distinct.Select(row => row.Negative!)] : null;
        if (distinct.Length == rows.Length)
        {
            return EncodeDistinct(texts, negatives, padding);
        }

        using var scope = NewDisposeScope();
        var places = tensor([.. rows.Select(row => (long)Array.IndexOf(distinct, row))], device: components.Device);
        return EncodeDistinct(texts, negatives, padding).At(places).MoveToOuterDisposeScope();
    }

    private PromptEmbeddings EncodeDistinct(string[] texts, string[]? negatives, PromptPadding padding)
    {
        int[][] groups = padding == PromptPadding.Longest ? [] : [.. Enumerable.Range(0, texts.Length).GroupBy(LengthOf).Select(group => group.ToArray())];
        if (groups.Length < 2)
        {
            return EncodeTogether(texts, negatives);
        }

        using var scope = NewDisposeScope();
        var parts = groups.Select(group => EncodeTogether(Of(texts, group), negatives is null ? null : Of(negatives, group))).ToArray();
        return PromptEmbeddings.Merge(parts, groups).MoveToOuterDisposeScope();

        int LengthOf(int prompt) => components.Tokenizer2.Encode([texts[prompt]]).Length;

        static string[] Of(string[] all, int[] indices) => [.. indices.Select(index => all[index])];
    }

    /// <summary>Encodes texts as diffusers does: padded to the longest of them.</summary>
    private PromptEmbeddings EncodeTogether(string[] texts, string[]? negatives)
    {
        var positive = Encode(texts, tokens: null);

        // T5's negative tokens are padded, or cut, to the length of the positive ones, so that both halves make one batch.
        return new PromptEmbeddings(positive, negatives is null ? null : Encode(negatives, positive.PromptEmbeds.shape[1]));
    }

    private Conditioning Encode(string[] texts, long? tokens)
    {
        using var scope = NewDisposeScope();

        // CLAP: one vector for each text.
        var (clapIds, clapMask) = Tokenize(components.Tokenizer, "CLAP", texts, null);
        var clap = components.TextEncoder.GetTextFeatures(clapIds, clapMask).unsqueeze(1); // [batch, 1, dim]

        // T5: a vector for each token.
        var (t5Ids, t5Mask) = Tokenize(components.Tokenizer2, "T5", texts, (int?)tokens);
        var t5 = components.TextEncoder2.call(t5Ids, t5Mask); // [batch, tokens, dim]

        // GPT-2 reads both and continues with a few vectors of its own.
        var (sequence, mask) = components.ProjectionModel.Forward(clap, ones_like(clapMask.narrow(1, 0, 1)), t5, t5Mask);
        var generated = components.LanguageModel.GenerateHiddenStates(sequence, mask, components.MaxNewTokens);

        return new Conditioning(
            t5.MoveToOuterDisposeScope(), t5Mask.MoveToOuterDisposeScope(), generated.MoveToOuterDisposeScope());
    }

    private (Tensor Ids, Tensor Mask) Tokenize(ITextTokenizer tokenizer, string encoder, string[] texts, int? padTo)
    {
        var batch = tokenizer.Encode(texts, padTo);
        foreach (var text in batch.Truncated)
        {
            if (padTo is null)
            {
                Log.PromptTruncated(logger, encoder, batch.Length, texts[text]);
            }
            else
            {
                Log.NegativeTextCut(logger, encoder, batch.Length, texts[text]);
            }
        }

        return (batch.Ids.ToTensor(components.Device), batch.Mask.ToTensor(components.Device));
    }
}
