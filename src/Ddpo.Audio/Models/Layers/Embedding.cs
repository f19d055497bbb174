namespace Ddpo.Audio.Models.Layers;

/// <summary>A table of vectors. Input: int64 indices [...]; output [..., features].</summary>
internal sealed class Embedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public Embedding(long count, long features, Placement placement)
        : base(nameof(Embedding))
    {
        _weight = placement.Parameter(count, features);
        RegisterComponents();
    }

    /// <summary>The table, [count, features].</summary>
    public Parameter Weight => _weight;

    public override Tensor forward(Tensor input)
    {
        using var flat = input.reshape(-1);
        using var rows = _weight.index_select(0, flat);
        return rows.reshape([.. input.shape, _weight.shape[1]]);
    }
}
