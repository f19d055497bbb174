using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Clap;

/// <summary>CLAP's audio tower. Log-mels in dB [batch, 1, frames, mel bins] to the pooled vector [batch, hidden].</summary>
internal sealed class ClapAudioModel : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "audio_encoder")]
    private readonly ClapAudioEncoder _encoder;

    public ClapAudioModel(ClapAudioConfig config, Placement placement)
        : base(nameof(ClapAudioModel))
    {
        _encoder = new ClapAudioEncoder(config, placement);
        RegisterComponents();
    }

    /// <summary>The tower itself, for its stages.</summary>
    public ClapAudioEncoder Encoder => _encoder;

    public override Tensor forward(Tensor inputFeatures) => _encoder.call(inputFeatures);

    /// <summary>Model keys that a checkpoint may lack: buffers whose values follow from the configuration, or that nothing reads.</summary>
    public static bool MayBeMissing(string key) =>
        key.EndsWith(".relative_position_index", StringComparison.Ordinal)
        || key.EndsWith("batch_norm.num_batches_tracked", StringComparison.Ordinal);
}
