using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;

namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>The model that is measured: that of a folder, or one of the published size with weights that are made up.</summary>
internal sealed class MeasuredModel
{
    private readonly string? _folder;

    private MeasuredModel(string? folder) => _folder = folder;

    /// <summary>The small trained model that the samples use.</summary>
    public static string MusicBox => Asset("audioldm2-musicbox");

    /// <summary>Its listeners.</summary>
    public static string Clap => Asset("clap", "musicbox_clap.pt");

    /// <inheritdoc cref="Clap"/>
    public static string Emopia => Asset("emopia", "best_weight", "wav", "ar_va", "best.ckpt");

    /// <summary>Length of the clips, in seconds.</summary>
    public double Seconds => IsPublishedSize ? 10.24 : 1.28;

    /// <summary>Whether there is no checkpoint.</summary>
    public bool IsPublishedSize => _folder is null;

    /// <summary>The checkpoint.</summary>
    /// <exception cref="Stages.NotMeasuredException">There is none.</exception>
    public string Folder => _folder ?? throw new Stages.NotMeasuredException("needs a checkpoint; the published size has made-up weights for UNet, VAE and vocoder only");

    /// <summary>A checkpoint's.</summary>
    /// <exception cref="ArgumentException">It is not there.</exception>
    public static MeasuredModel InFolder(string folder) =>
        Directory.Exists(folder) ? new(folder) : throw new ArgumentException($"There is no folder '{folder}'; Model is to be that of an AudioLDM2 checkpoint.");

    /// <summary>One as large as cvssp/audioldm2-music.</summary>
    public static MeasuredModel Published() => new(null);

    /// <summary>The settings of a component.</summary>
    public T Config<T>(string component) => _folder is null
        ? ComponentFolder.ReadConfig<T>(Path.Combine(AppContext.BaseDirectory, "published"), component + ".config.json")
        : ComponentFolder.ReadConfig<T>(Path.Combine(_folder, component));

    /// <summary>Makes the UNet; the caller frees it.</summary>
    public AudioLdm2UNet2DConditionModel UNet(Placement placement) =>
        _folder is null ? MadeUpWeights.In(new AudioLdm2UNet2DConditionModel(Config<AudioLdm2UNetConfig>("unet"), placement)) : LoadUNet(Path.Combine(_folder, "unet"), placement);

    /// <summary>Makes the VAE; the caller frees it.</summary>
    public AutoencoderKL Vae(Placement placement) =>
        _folder is null ? MadeUpWeights.In(new AutoencoderKL(Config<AutoencoderKLConfig>("vae"), placement)) : AutoencoderKL.Load(Path.Combine(_folder, "vae"), placement);

    /// <summary>Makes the vocoder; the caller frees it.</summary>
    public SpeechT5HifiGan Vocoder(Placement placement) =>
        _folder is null ? MadeUpWeights.In(new SpeechT5HifiGan(Config<SpeechT5HifiGanConfig>("vocoder"), placement)) : SpeechT5HifiGan.Load(Path.Combine(_folder, "vocoder"), placement);

    /// <summary>Frames of the log-mel spectrogram of a clip.</summary>
    public long MelFrames(double seconds)
    {
        var vocoder = Config<SpeechT5HifiGanConfig>("vocoder");
        return (long)(seconds * vocoder.SamplingRate) / vocoder.UpsampleRates.Aggregate(1L, (product, rate) => product * rate);
    }

    /// <summary>Shape of the latents of clips.</summary>
    public long[] LatentShape(int clips, double seconds)
    {
        var vae = Config<AutoencoderKLConfig>("vae");
        return [clips, vae.LatentChannels, MelFrames(seconds) / vae.CompressionRatio, Config<SpeechT5HifiGanConfig>("vocoder").ModelInDim / vae.CompressionRatio];
    }

    /// <summary>Reads the UNet of a folder; the caller frees it.</summary>
    public static AudioLdm2UNet2DConditionModel LoadUNet(string folder, Placement placement)
    {
        var config = ComponentFolder.ReadConfig<AudioLdm2UNetConfig>(folder);
        using var weights = ComponentFolder.OpenWeights(folder);
        return Models.ModelLoader.Load(weights, placement, where => new AudioLdm2UNet2DConditionModel(config, where));
    }

    private static string Asset(params string[] path) => Path.Combine([AppContext.BaseDirectory, "assets", "musicbox", .. path]);
}
