using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>Attention within windows, and the linear layer behind it. [batch, windows, tokens, dim] and a mask [windows, 1, tokens, tokens] or null.</summary>
internal sealed class ClapAudioAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "self")]
    private readonly ClapAudioSelfAttention _self;

    [ComponentName(Name = "output")]
    private readonly ClapAudioDense _output;

    public ClapAudioAttention(long dim, long heads, long window, ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioAttention))
    {
        _self = new ClapAudioSelfAttention(dim, heads, window, config, placement);
        _output = new ClapAudioDense(dim, dim, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor? mask)
    {
        using var attended = _self.call(input, mask);
        return _output.call(attended);
    }
}

/// <summary>Multi-head attention with a learned bias for each relative position of two tokens in a window.</summary>
internal sealed class ClapAudioSelfAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "relative_position_bias_table")]
    private readonly Parameter _biasTable; // [(2 window - 1)², heads]

    [ComponentName(Name = "relative_position_index")]
    private readonly Tensor _biasIndex; // [window², window²]

    [ComponentName(Name = "query")]
    private readonly Linear _query;

    [ComponentName(Name = "key")]
    private readonly Linear _key;

    [ComponentName(Name = "value")]
    private readonly Linear _value;

    private readonly long _heads;
    private readonly double _scale;

    public ClapAudioSelfAttention(long dim, long heads, long window, ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioSelfAttention))
    {
        _biasTable = placement.Parameter(((2 * window) - 1) * ((2 * window) - 1), heads);
        _biasIndex = RelativePositions(window, placement);
        _query = new Linear(dim, dim, placement, config.QkvBias);
        _key = new Linear(dim, dim, placement, config.QkvBias);
        _value = new Linear(dim, dim, placement, config.QkvBias);
        _heads = heads;
        _scale = 1 / Math.Sqrt((double)dim / heads);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var query = SplitHeads(_query.call(input).Multiply(_scale)); // [batch, windows, heads, tokens, dim]
        var key = SplitHeads(_key.call(input));
        var value = SplitHeads(_value.call(input));
        var bias = PositionBias();
        var attended = DotProductAttention.Attend(query, key, value, mask is null ? bias : bias.Add(mask), scale: 1);
        return attended.transpose(2, 3).reshape(input.shape).MoveToOuterDisposeScope();
    }

    /// <summary>[heads, tokens, tokens].</summary>
    private Tensor PositionBias()
    {
        var tokens = _biasIndex.shape[0];
        return _biasTable.index_select(0, _biasIndex.reshape(-1)).reshape(tokens, tokens, _heads).permute(2, 0, 1);
    }

    private Tensor SplitHeads(Tensor input) =>
        input.reshape(input.shape[0], input.shape[1], input.shape[2], _heads, -1).transpose(2, 3);

    /// <summary>For each pair of tokens of a window, the table's row for their distance along both axes.</summary>
    private static Tensor RelativePositions(long window, Placement placement)
    {
        using var scope = NewDisposeScope();
        var axis = TensorFactory.Range(0, window, ScalarType.Int64, placement.Device);
        var row = axis.unsqueeze(1).expand(window, window).reshape(-1); // of each token
        var column = axis.repeat(window);
        var rows = (row.unsqueeze(1) - row.unsqueeze(0)).Add(window - 1);
        var columns = (column.unsqueeze(1) - column.unsqueeze(0)).Add(window - 1);
        return placement.Keep(rows.Multiply((2 * window) - 1).Add(columns));
    }
}

/// <summary>A linear layer under the name "dense".</summary>
internal sealed class ClapAudioDense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    public ClapAudioDense(long inFeatures, long outFeatures, Placement placement)
        : base(nameof(ClapAudioDense))
    {
        _dense = new Linear(inFeatures, outFeatures, placement);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _dense.call(input);
}
