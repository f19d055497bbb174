using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.Vae;

/// <summary>The variational autoencoder between mel spectrograms and the latents that diffusion works on.</summary>
/// <remarks>Neither direction knows of the configuration's scaling factor: the pipeline applies it. Not thread-safe.</remarks>
internal sealed class AutoencoderKL : nn.Module
{
    /// <summary>Added to the variance in every group normalisation; diffusers has no setting for it.</summary>
    internal const double NormEps = 1e-6;

    [ComponentName(Name = "encoder")]
    private readonly VaeEncoder? _encoder;

    [ComponentName(Name = "decoder")]
    private readonly VaeDecoder _decoder;

    [ComponentName(Name = "quant_conv")]
    private readonly Conv2d? _quantConv;

    [ComponentName(Name = "post_quant_conv")]
    private readonly Conv2d _postQuantConv;

    private readonly ScalarType _dtype;

    /// <param name="config">Its settings.</param>
    /// <param name="placement">Where it lives.</param>
    /// <param name="withEncoder">Whether it can encode, too; decoding takes no part of the encoder.</param>
    public AutoencoderKL(AutoencoderKLConfig config, Placement placement, bool withEncoder = true)
        : base(nameof(AutoencoderKL))
    {
        Config = config;
        _dtype = placement.Dtype;
        _encoder = withEncoder ? new(config, placement) : null;
        _decoder = new(config, placement);
        _quantConv = withEncoder ? new(2 * config.LatentChannels, 2 * config.LatentChannels, 1, placement) : null;
        _postQuantConv = new(config.LatentChannels, config.LatentChannels, 1, placement);
        RegisterComponents();
    }

    public AutoencoderKLConfig Config { get; }

    /// <summary>Reads the vae folder of a published checkpoint. All of its weights are compared with the settings, also those that are not read.</summary>
    /// <exception cref="CheckpointException">The folder is not that of an AutoencoderKL.</exception>
    public static AutoencoderKL Load(
        string folder,
        Placement placement,
        IProgress<long>? bytes = null,
        string? variant = null,
        bool withEncoder = true,
        CancellationToken cancellationToken = default)
    {
        var config = ComponentFolder.ReadConfig<AutoencoderKLConfig>(folder);
        config.Validate(folder);
        using var source = ComponentFolder.OpenWeights(folder, variant);
        return ModelLoader.Load(
            source,
            placement,
            where => new AutoencoderKL(config, where, withEncoder),
            withEncoder ? AutoencoderKLKeys.Rules : AutoencoderKLKeys.DecoderRules,
            bytes,
            where => new AutoencoderKL(config, where),
            cancellationToken);
    }

    /// <summary>Latents, already divided by the scaling factor, to a spectrogram.</summary>
    /// <param name="latents">[batch, latent channels, height, width], of any floating-point type, on the model's device.</param>
    /// <returns>[batch, out channels, ratio height, ratio width], in the model's precision.</returns>
    public Tensor Decode(Tensor latents)
    {
        Check(latents, Config.LatentChannels, "latents");
        using var scope = NewDisposeScope();
        return _decoder.call(_postQuantConv.call(latents.to(_dtype))).MoveToOuterDisposeScope();
    }

    /// <summary>The normal distribution of a spectrogram's latents, not yet multiplied by the scaling factor.</summary>
    /// <param name="mel">[batch, in channels, frames, bands], of any floating-point type, on the model's device.</param>
    /// <returns>Mean and log-variance, each [batch, latent channels, frames / ratio, bands / ratio], in the model's precision.</returns>
    /// <exception cref="InvalidOperationException">The model was made without its encoder.</exception>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor mel)
    {
        if (_encoder is null || _quantConv is null)
        {
            throw new InvalidOperationException("This autoencoder was loaded without its encoder, so it only decodes. Load it with its encoder.");
        }

        Check(mel, Config.InChannels, "a spectrogram");
        using var scope = NewDisposeScope();
        var moments = _quantConv.call(_encoder.call(mel.to(_dtype))).chunk(2, dim: 1);
        return (moments[0].MoveToOuterDisposeScope(), moments[1].Clamp(-30, 20).MoveToOuterDisposeScope());
    }

    private static void Check(Tensor input, int channels, string what)
    {
        if (input.dim() != 4 || input.shape[1] != channels)
        {
            throw new ArgumentException(
                $"Expected {what} of shape [batch, {channels}, height, width], found [{string.Join(", ", input.shape)}].");
        }
    }
}
