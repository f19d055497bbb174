using System.Globalization;
using System.Runtime.InteropServices;
using Ddpo.Audio.Benchmarks.Speed.Stages;

namespace Ddpo.Audio.Benchmarks.Speed.Peer;

/// <summary>Ours beside the same UNet traced from diffusers, both by the libtorch of this process.</summary>
internal abstract class PeerStage(Workplace place) : TensorStage(place)
{
    private PeerModels? _models;
    private string _remark = "";

    public override string? Reference => "traced by TorchScript";

    public override string Remark => _remark;

    /// <summary>Both models.</summary>
    protected PeerModels Models => _models!;

    protected override void SetUp()
    {
        try
        {
            _models = PeerModels.Load(Place.Placement(ScalarType.Float32));
            _remark = Compare();
        }
        catch (Exception exception) when (exception is ExternalException or InvalidDataException)
        {
            throw new NotMeasuredException("the traced file cannot be run: " + exception.Message.Split('\n')[0]);
        }
    }

    /// <summary>Says how far both are apart.</summary>
    protected abstract string Compare();

    protected override void Free() => _models?.Dispose();

    /// <summary>The largest absolute difference.</summary>
    protected static string Difference(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return (one.to(ScalarType.Float64) - other.to(ScalarType.Float64)).abs().max().item<double>().ToString("0.0e+0", CultureInfo.InvariantCulture);
    }
}

/// <summary>The noise of one step.</summary>
internal sealed class PeerForward(Workplace place) : PeerStage(place)
{
    public override string Case => "fp32 forward";

    protected override string Compare() =>
        $"outputs differ by {Difference(Models.Ours(), Models.Traced())} at most" + (Models.Expected is { } expected ? $", ours and output by {Difference(Models.Ours(), expected)}" : "");

    protected override void Ours() => Models.Ours();

    protected override void TheReference() => Models.Traced();
}

/// <summary>Forward, and backward to latents and texts.</summary>
internal sealed class PeerBackward(Workplace place) : PeerStage(place)
{
    public override string Case => "fp32 forward and backward to the inputs";

    protected override string Compare()
    {
        foreach (var input in Models.Inputs)
        {
            input.requires_grad = true;
        }

        return $"gradients of the latents differ by {Difference(Gradients(Models.Ours)[0], Gradients(Models.Traced)[0])} at most";
    }

    protected override void Ours() => Gradients(Models.Ours);

    protected override void TheReference() => Gradients(Models.Traced);

    private IList<Tensor> Gradients(Func<Tensor> forward)
    {
        using var enabled = enable_grad();
        return autograd.grad([forward().square().mean()], [.. Models.Inputs]);
    }
}
