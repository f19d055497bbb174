using Ddpo.Audio.Benchmarks.Speed.Floor;
using Ddpo.Audio.Models.Vae;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>Latents to log-mels, beside the floor.</summary>
internal sealed class VaeDecoding(Workplace place, ScalarType type) : TensorStage(place)
{
    private AutoencoderKL? _vae;
    private Tensor? _latents;
    private Products? _products;

    public override string Case => $"{Types.NameOf(type)}, {ShortClips.Name}";

    public override string? Reference => Products.Name;

    public override double GigaOperations => _products?.GigaOperations ?? 0;

    public override string Remark => _products?.Summary ?? "";

    protected override void SetUp()
    {
        var placement = Place.Placement(type);
        _vae = Place.Model.Vae(placement);
        _latents = randn(Place.Model.LatentShape(ShortClips.Count, ShortClips.Seconds), device: placement.Device).DetachFromDisposeScope();
        _products = Products.Of(_vae, _ => 1, Ours);
    }

    protected override void Ours() => _vae!.Decode(_latents!);

    protected override void TheReference() => _products!.Run();

    protected override void Free()
    {
        _products?.Dispose();
        _latents?.Dispose();
        _vae?.Dispose();
    }
}
