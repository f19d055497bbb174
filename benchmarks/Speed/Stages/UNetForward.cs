using Ddpo.Audio.Benchmarks.Speed.Floor;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>The noise of one step, beside the floor: what its products and convolutions take alone.</summary>
internal sealed class UNetForward(Workplace place, ScalarType type, int batch) : TensorStage(place)
{
    private AudioLdm2UNet2DConditionModel? _unet;
    private UNetInputs? _inputs;
    private Products? _products;

    public override string Case => $"{Types.NameOf(type)}, batch {batch}";

    public override string? Reference => Products.Name;

    public override double GigaOperations => _products?.GigaOperations ?? 0;

    public override string Remark => _products?.Summary ?? "";

    protected override void SetUp()
    {
        var placement = Place.Placement(type);
        _unet = Place.Model.UNet(placement);
        _inputs = UNetInputs.Create(Place.Model, placement, batch);
        _products = Products.Of(_unet, UNetHeads.Of(_unet), Ours);
    }

    protected override void Ours() => _unet!.Forward(_inputs!.Latents, _inputs.Timestep, _inputs.Text);

    protected override void TheReference() => _products!.Run();

    protected override void Free()
    {
        _products?.Dispose();
        _inputs?.Dispose();
        _unet?.Dispose();
    }
}
