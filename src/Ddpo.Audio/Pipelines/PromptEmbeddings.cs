namespace Ddpo.Audio.Pipelines;

/// <summary>What the UNet attends to, a row for each clip.</summary>
/// <param name="PromptEmbeds">T5 hidden states, [batch, tokens, dim].</param>
/// <param name="AttentionMask">1 where T5's tokens are real, int64 [batch, tokens].</param>
/// <param name="GeneratedPromptEmbeds">GPT-2's generated vectors, [batch, new tokens, dim].</param>
internal sealed record Conditioning(Tensor PromptEmbeds, Tensor AttentionMask, Tensor GeneratedPromptEmbeds) : IDisposable
{
    private IEnumerable<Tensor> Tensors => [PromptEmbeds, AttentionMask, GeneratedPromptEmbeds];

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/>, as views.</summary>
    public Conditioning Rows(long start, long count) => Map(tensor => tensor.narrow(0, start, count));

    /// <summary>Every row <paramref name="times"/> times in a row.</summary>
    public Conditioning Repeat(long times) => times == 1 ? this : Map(tensor => tensor.repeat_interleave(times, 0));

    /// <summary>The rows of <paramref name="first"/>, then those of <paramref name="second"/>.</summary>
    public static Conditioning Concat(Conditioning first, Conditioning second) => new(
        cat([first.PromptEmbeds, second.PromptEmbeds]),
        cat([first.AttentionMask, second.AttentionMask]),
        cat([first.GeneratedPromptEmbeds, second.GeneratedPromptEmbeds]));

    /// <summary>Lets the tensors outlive the dispose scope they were made in.</summary>
    public Conditioning Detached()
    {
        foreach (var tensor in Tensors)
        {
            tensor.DetachFromDisposeScope();
        }

        return this;
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private Conditioning Map(Func<Tensor, Tensor> map) =>
        new(map(PromptEmbeds), map(AttentionMask), map(GeneratedPromptEmbeds));
}

/// <summary>Encoded prompts: what to steer to and, with guidance, what to steer away from.</summary>
/// <remarks>Owner of its tensors. Both halves have equally many rows and, in T5's stream, equally many tokens.</remarks>
internal sealed record PromptEmbeddings(Conditioning Positive, Conditioning? Negative) : IDisposable
{
    /// <summary>The halves in the order of the UNet's batch: [negative, positive], or positive alone.</summary>
    public Conditioning ForUNet() => Negative is null ? Positive : Conditioning.Concat(Negative, Positive);

    /// <summary>Rows of both halves, as views.</summary>
    public PromptEmbeddings Rows(long start, long count) => new(Positive.Rows(start, count), Negative?.Rows(start, count));

    /// <summary>Every row <paramref name="times"/> times in a row.</summary>
    public PromptEmbeddings Repeat(long times) => new(Positive.Repeat(times), Negative?.Repeat(times));

    /// <inheritdoc cref="Conditioning.Detached"/>
    public PromptEmbeddings Detached()
    {
        Positive.Detached();
        Negative?.Detached();
        return this;
    }

    public void Dispose()
    {
        Positive.Dispose();
        Negative?.Dispose();
    }
}
