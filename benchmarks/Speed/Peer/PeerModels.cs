using Ddpo.Audio.Benchmarks.Speed.Stages;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Benchmarks.Speed.Peer;

/// <summary>
/// The same UNet twice, ours and traced from diffusers, with the same inputs: <c>unet/</c>, <c>unet_traced.pt</c> and <c>io.safetensors</c> of the folder that the
/// environment variable <see cref="Variable"/> names.
/// </summary>
internal sealed class PeerModels : IDisposable
{
    /// <summary>Names the folder.</summary>
    public const string Variable = "DDPO_PEER";

    private static readonly string[] s_content = ["unet", "unet_traced.pt", "io.safetensors"];

    private readonly AudioLdm2UNet2DConditionModel _unet;
    private readonly TracedUNet _traced;
    private readonly UNetInputs _inputs;

    private PeerModels(AudioLdm2UNet2DConditionModel unet, TracedUNet traced, UNetInputs inputs, Tensor? expected)
    {
        (_unet, _traced, _inputs) = (unet, traced, inputs);
        Expected = expected?.DetachFromDisposeScope();
    }

    /// <summary>The output that the folder has; <see langword="null"/> when it has none.</summary>
    public Tensor? Expected { get; }

    /// <summary>What gradients are asked for: latents and both texts.</summary>
    public IReadOnlyList<Tensor> Inputs => [_inputs.Latents, _inputs.Text.Gpt2.States, _inputs.Text.T5.States];

    /// <summary>Loads both, and says on the console which tensor went where.</summary>
    /// <exception cref="NotMeasuredException">There is no such folder, or it is another one.</exception>
    public static PeerModels Load(Placement placement)
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(folder))
        {
            throw new NotMeasuredException($"{Variable} names no folder; docs/benchmarks.md says what has to be in it");
        }

        string[] missing = [.. s_content.Where(name => !Path.Exists(Path.Combine(folder, name)))];
        if (missing.Length > 0)
        {
            throw new NotMeasuredException($"{Variable} names '{folder}', which has no {string.Join(", ", missing)}");
        }

        var unet = MeasuredModel.LoadUNet(Path.Combine(folder, "unet"), placement);
        var tensors = PeerTensors.Read(Path.Combine(folder, "io.safetensors"), unet.Config);
        Tensor? Placed(string name) => tensors[name]?.to(placement.Device);
        var (gpt2Mask, t5Mask) = (Placed(PeerTensors.Gpt2Mask), Placed(PeerTensors.T5Mask));
        var text = TextConditioning.Create(Placed(PeerTensors.Gpt2)!, Placed(PeerTensors.T5)!, placement, gpt2Mask, t5Mask);
        var inputs = UNetInputs.Keep(Placed(PeerTensors.Sample)!, Placed(PeerTensors.Timestep)!, text);

        // The very tensors that ours gets, and the masks as they are.
        var traced = TracedUNet.Load(
            Path.Combine(folder, "unet_traced.pt"),
            [
                .. tensors.Inputs.Select(name => (name, name switch
                {
                    PeerTensors.Sample => inputs.Latents,
                    PeerTensors.Timestep => inputs.Timestep,
                    PeerTensors.Gpt2 => text.Gpt2.States,
                    PeerTensors.T5 => text.T5.States,
                    PeerTensors.Gpt2Mask => gpt2Mask!.DetachFromDisposeScope(),
                    _ => t5Mask!.DetachFromDisposeScope(),
                })),
            ],
            placement.Device,
            out var arguments);
        Console.WriteLine($"io.safetensors has {tensors.Matches}; unet_traced.pt takes {arguments}");
        return new(unet, traced, inputs, Placed(PeerTensors.Output));
    }

    /// <summary>Runs ours.</summary>
    public Tensor Ours() => _unet.Forward(_inputs.Latents, _inputs.Timestep, _inputs.Text);

    /// <summary>Runs the traced one.</summary>
    public Tensor Traced() => _traced.Forward();

    public void Dispose()
    {
        Expected?.Dispose();
        _inputs.Dispose();
        _traced.Dispose();
        _unet.Dispose();
    }
}
