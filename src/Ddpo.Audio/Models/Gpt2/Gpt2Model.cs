using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Gpt2;

/// <summary>GPT-2 over vectors instead of words. [batch, tokens, n_embd] and mask [batch, tokens] (1 = attend) to hidden states.</summary>
/// <remarks>Positions count 0, 1, 2, ... over padding too.</remarks>
internal sealed class Gpt2Model : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "wpe")]
    private readonly Embedding _positions;

    [ComponentName(Name = "h")]
    private readonly Modules.ModuleList<Gpt2Block> _blocks;

    [ComponentName(Name = "ln_f")]
    private readonly LayerNorm _finalNorm;

    /// <summary>Leaves out what checkpoints store besides: words, which nothing looks up, causal masks, and the word head of a GPT2LMHeadModel.</summary>
    public static StateDictRules Rules { get; } = new() { Rename = KeyOf };

    public Gpt2Model(Gpt2Config config, Placement placement)
        : base(nameof(Gpt2Model))
    {
        _positions = new Embedding(config.Positions, config.ModelDim, placement);
        _blocks = Repeated.Modules(config.NumLayers, i => new Gpt2Block(config, i, placement));
        _finalNorm = new LayerNorm(config.ModelDim, config.LayerNormEpsilon, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor inputsEmbeds, Tensor attentionMask)
    {
        RequirePositions(inputsEmbeds.shape[1]);
        using var scope = NewDisposeScope();
        var bias = CausalBias(attentionMask, inputsEmbeds.dtype);
        return Run(inputsEmbeds, start: 0, bias, caches: null).MoveToOuterDisposeScope();
    }

    /// <summary>Lets the model continue the sequence: each step's last output is the next step's input.</summary>
    /// <param name="inputsEmbeds">[batch, tokens, n_embd].</param>
    /// <param name="attentionMask">[batch, tokens], 1 = attend; what is generated attends.</param>
    /// <param name="maxNewTokens">How many vectors to generate, 1 or more.</param>
    /// <returns>The generated vectors, [batch, maxNewTokens, n_embd].</returns>
    /// <exception cref="ArgumentException">The whole sequence is longer than the model has positions for.</exception>
    public Tensor GenerateHiddenStates(Tensor inputsEmbeds, Tensor attentionMask, int maxNewTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNewTokens, 1);
        var length = inputsEmbeds.shape[1] + maxNewTokens - 1; // the last output is never an input
        RequirePositions(length);

        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var added = ones(attentionMask.shape[0], maxNewTokens - 1, attentionMask.dtype, attentionMask.device);
        var bias = CausalBias(cat([attentionMask, added], 1), inputsEmbeds.dtype);
        var caches = _blocks.Select(_ => new Gpt2LayerCache(length)).ToArray();
        try
        {
            var generated = new Tensor[maxNewTokens];
            var input = inputsEmbeds;
            var start = 0L;
            for (var i = 0; i < maxNewTokens; i++)
            {
                var hidden = Run(input, start, bias, caches);
                start += input.shape[1];
                input = generated[i] = hidden.narrow(1, hidden.shape[1] - 1, 1);
            }

            return cat(generated, 1).MoveToOuterDisposeScope();
        }
        finally
        {
            Array.ForEach(caches, cache => cache.Dispose());
        }
    }

    /// <summary>Hidden states of the positions from <paramref name="start"/>; <paramref name="bias"/> covers the whole sequence.</summary>
    private Tensor Run(Tensor embeds, long start, Tensor bias, Gpt2LayerCache[]? caches)
    {
        using var scope = NewDisposeScope();
        var count = embeds.shape[1];
        var hidden = embeds.Add(_positions.Weight.narrow(0, start, count));
        var share = bias.narrow(2, start, count).narrow(3, 0, start + count); // [batch, 1, new, so far]
        for (var i = 0; i < _blocks.Count; i++)
        {
            hidden = _blocks[i].call(hidden, share, caches?[i]);
        }

        return _finalNorm.call(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>0 where a position attends to another: to itself and earlier ones that the mask allows. [batch, 1, tokens, tokens].</summary>
    private static Tensor CausalBias(Tensor mask, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var tokens = mask.shape[1];
        var earlier = ones(tokens, tokens, dtype, mask.device).tril(); // [query, key]
        var ofOrder = earlier.Subtract(1).Multiply(DotProductAttention.HighestFinite(dtype));
        return minimum(ofOrder, DotProductAttention.MaskBias(mask, dtype)).MoveToOuterDisposeScope();
    }

    private void RequirePositions(long tokens)
    {
        var available = _positions.Weight.shape[0];
        if (tokens > available)
        {
            throw new ArgumentException(
                $"The language model has {available} positions, but the sequence and what it generates take {tokens}. " +
                "Shorten the prompt or generate fewer vectors.");
        }
    }

    private static string? KeyOf(string stored)
    {
        const string headModelPrefix = "transformer.";
        var name = stored.StartsWith(headModelPrefix, StringComparison.Ordinal) ? stored[headModelPrefix.Length..] : stored;
        var isUnused = name is "wte.weight" or "lm_head.weight"
            || name.EndsWith(".attn.bias", StringComparison.Ordinal)
            || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);
        return isUnused ? null : name;
    }
}
