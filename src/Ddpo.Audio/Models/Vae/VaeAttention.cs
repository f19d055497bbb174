using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Vae;

/// <summary>Single-head attention of every position of a [batch, channels, time, frequency] map to every other.</summary>
internal sealed class VaeAttention : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "group_norm")]
    private readonly GroupNorm _groupNorm;

    [ComponentName(Name = "to_q")]
    private readonly Linear _toQuery;

    [ComponentName(Name = "to_k")]
    private readonly Linear _toKey;

    [ComponentName(Name = "to_v")]
    private readonly Linear _toValue;

    [ComponentName(Name = "to_out")]
    private readonly Modules.ModuleList<Linear> _toOut;

    public VaeAttention(long channels, long groups, double eps, Placement placement)
        : base(nameof(VaeAttention))
    {
        _groupNorm = new(groups, channels, eps, placement);
        _toQuery = new(channels, channels, placement);
        _toKey = new(channels, channels, placement);
        _toValue = new(channels, channels, placement);
        _toOut = new(new Linear(channels, channels, placement));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = _groupNorm.call(input).flatten(2).transpose(1, 2).contiguous(); // [batch, positions, channels]

        // A head dimension of one: the fused kernels take four dimensions only.
        var query = _toQuery.call(hidden).unsqueeze(1); // [batch, 1, positions, channels]
        var key = _toKey.call(hidden).unsqueeze(1);
        var value = _toValue.call(hidden).unsqueeze(1);
        hidden = F.scaled_dot_product_attention(query, key, value).squeeze(1);

        hidden = _toOut[0].call(hidden).transpose(1, 2).reshape(input.shape);
        return input.Add(hidden).MoveToOuterDisposeScope();
    }
}
