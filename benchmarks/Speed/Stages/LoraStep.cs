using Ddpo.Audio.Adapters;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>A step of training: forward, and backward to a LoRA adapter of rank 8 on all targets; beside the forward pass alone.</summary>
internal sealed class LoraStep(Workplace place, ScalarType type, int batch) : TensorStage(place)
{
    private AudioLdm2UNet2DConditionModel? _unet;
    private UNetInputs? _inputs;
    private LoraAdapter? _adapter;

    public override string Case => $"{Types.NameOf(type)}, batch {batch}";

    public override string? Reference => "forward alone";

    protected override void SetUp()
    {
        var placement = Place.Placement(type);
        _unet = Place.Model.UNet(placement);
        _inputs = UNetInputs.Create(Place.Model, placement, batch);
        _adapter = LoraAdapter.Create(_unet, new LoraOptions { Rank = 8 }, seed: 1);
    }

    protected override void Ours()
    {
        using var gradients = enable_grad();
        _unet!.Forward(_inputs!.Latents, _inputs.Timestep, _inputs.Text).to(ScalarType.Float32).square().mean().backward();
        foreach (var (_, parameter) in _adapter!.NamedParameters)
        {
            parameter.grad = null;
        }
    }

    protected override void TheReference() => _unet!.Forward(_inputs!.Latents, _inputs.Timestep, _inputs.Text);

    protected override void Free()
    {
        _adapter?.Dispose();
        _inputs?.Dispose();
        _unet?.Dispose();
    }
}
