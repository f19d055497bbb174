using Ddpo.Audio.Models.HifiGan;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>Log-mels to samples, beside the same with libtorch's convolutions alone.</summary>
internal sealed class Vocoding(Workplace place, ScalarType type) : TensorStage(place)
{
    private SpeechT5HifiGan? _vocoder;
    private Tensor? _mel;

    public override string Case => $"{Types.NameOf(type)}, {ShortClips.Name}";

    public override string Reference => "libtorch's convolutions";

    protected override void SetUp()
    {
        var placement = Place.Placement(type);
        _vocoder = Place.Model.Vocoder(placement);
        _mel = randn([ShortClips.Count, Place.Model.MelFrames(ShortClips.Seconds), _vocoder.Config.ModelInDim], device: placement.Device).DetachFromDisposeScope();
    }

    protected override void Ours() => _vocoder!.call(_mel!);

    protected override void TheReference()
    {
        _vocoder!.InRows = false;
        Ours();
        _vocoder.InRows = true;
    }

    protected override void Free()
    {
        _mel?.Dispose();
        _vocoder?.Dispose();
    }
}
