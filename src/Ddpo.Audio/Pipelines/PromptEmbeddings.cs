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

    /// <summary>The rows at some places, int64 [rows].</summary>
    public Conditioning At(Tensor places) => Map(tensor => tensor.index_select(0, places));

    /// <summary>Every row <paramref name="times"/> times in a row.</summary>
    public Conditioning Repeat(long times) => times == 1 ? this : Map(tensor => tensor.repeat_interleave(times, 0));

    /// <summary>All rows, <paramref name="times"/> times one after the other.</summary>
    public Conditioning Tile(long times) => times == 1 ? this : Map(tensor => tensor.repeat([times, .. Enumerable.Repeat(1L, (int)tensor.dim() - 1)]));

    /// <summary>The rows of <paramref name="first"/>, then those of <paramref name="second"/>.</summary>
    public static Conditioning Concat(Conditioning first, Conditioning second) => new(
        cat([first.PromptEmbeds, second.PromptEmbeds]),
        cat([first.AttentionMask, second.AttentionMask]),
        cat([first.GeneratedPromptEmbeds, second.GeneratedPromptEmbeds]));

    /// <summary>Rows of several texts in a given order; T5's tokens are filled up to the longest's by some that nothing attends to.</summary>
    /// <param name="parts">The rows.</param>
    /// <param name="order">For each row of the result, its place among the rows of all parts.</param>
    public static Conditioning Merge(IReadOnlyCollection<Conditioning> parts, Tensor order)
    {
        using var scope = NewDisposeScope();
        var tokens = parts.Max(part => part.PromptEmbeds.shape[1]);
        Tensor Rows(Func<Conditioning, Tensor> tensor) => cat([.. parts.Select(tensor)]).index_select(0, order).MoveToOuterDisposeScope();
        return new(
            Rows(part => nn.functional.pad(part.PromptEmbeds, [0, 0, 0, tokens - part.PromptEmbeds.shape[1]])),
            Rows(part => nn.functional.pad(part.AttentionMask, [0, tokens - part.AttentionMask.shape[1]])),
            Rows(part => part.GeneratedPromptEmbeds));
    }

    /// <summary>Calls <paramref name="change"/> with each tensor, which says who disposes of it.</summary>
    public Conditioning ForEach(Action<Tensor> change)
    {
        foreach (var tensor in Tensors)
        {
            change(tensor);
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

    /// <inheritdoc cref="Conditioning.At"/>
    public PromptEmbeddings At(Tensor places) => new(Positive.At(places), Negative?.At(places));

    /// <summary>Every row <paramref name="times"/> times in a row.</summary>
    public PromptEmbeddings Repeat(long times) => new(Positive.Repeat(times), Negative?.Repeat(times));

    /// <inheritdoc cref="Conditioning.Tile"/>
    public PromptEmbeddings Tile(long times) => new(Positive.Tile(times), Negative?.Tile(times));

    /// <summary>Puts rows that were encoded in groups back into their order.</summary>
    /// <param name="parts">The groups, at least one.</param>
    /// <param name="places">Of each group's rows, where each belongs.</param>
    public static PromptEmbeddings Merge(IReadOnlyCollection<PromptEmbeddings> parts, IEnumerable<int[]> places)
    {
        using var order = argsort(tensor(places.SelectMany(place => place).Select(place => (long)place).ToArray(), device: parts.First().Positive.PromptEmbeds.device));
        var guided = parts.All(part => part.Negative is not null);
        return new(
            Conditioning.Merge([.. parts.Select(part => part.Positive)], order),
            guided ? Conditioning.Merge([.. parts.Select(part => part.Negative!)], order) : null);
    }

    /// <summary>Lets the tensors outlive the dispose scope they were made in.</summary>
    public PromptEmbeddings Detached() => ForEach(tensor => tensor.DetachFromDisposeScope());

    /// <summary>Gives the tensors to the scope around the one they were made in.</summary>
    public PromptEmbeddings MoveToOuterDisposeScope() => ForEach(tensor => tensor.MoveToOuterDisposeScope());

    public void Dispose()
    {
        Positive.Dispose();
        Negative?.Dispose();
    }

    private PromptEmbeddings ForEach(Action<Tensor> change)
    {
        Positive.ForEach(change);
        Negative?.ForEach(change);
        return this;
    }
}
