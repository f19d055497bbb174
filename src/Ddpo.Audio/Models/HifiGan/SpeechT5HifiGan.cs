using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;

namespace Ddpo.Audio.Models.HifiGan;

/// <summary>The HiFi-GAN vocoder: log-mel spectrogram to waveform.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SpeechT5HifiGan : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "scale")]
    private readonly Tensor _scale;

    [ComponentName(Name = "conv_pre")]
    private readonly Conv1d _convPre;

    [ComponentName(Name = "upsampler")]
    private readonly Modules.ModuleList<ConvTranspose1d> _upsamplers;

    [ComponentName(Name = "resblocks")]
    private readonly Modules.ModuleList<HifiGanResidualBlock> _resblocks;

    [ComponentName(Name = "conv_post")]
    private readonly Conv1d _convPost;

    private readonly ScalarType _dtype;
    private readonly int _blocksPerStage;

    public SpeechT5HifiGan(SpeechT5HifiGanConfig config, Placement placement)
        : base(nameof(SpeechT5HifiGan))
    {
        Config = config;
        _dtype = placement.Dtype;
        _blocksPerStage = config.ResblockKernelSizes.Count;
        _mean = placement.Buffer(placement.Dtype, config.ModelInDim);
        _scale = placement.Buffer(placement.Dtype, config.ModelInDim);
        _convPre = new(config.ModelInDim, config.UpsampleInitialChannel, 7, placement, padding: 3);

        var upsamplers = new List<ConvTranspose1d>();
        var resblocks = new List<HifiGanResidualBlock>();
        long channels = config.UpsampleInitialChannel;
        foreach (var (rate, kernel) in config.UpsampleRates.Zip(config.UpsampleKernelSizes))
        {
            upsamplers.Add(new(channels, channels / 2, kernel, placement, stride: rate, padding: (kernel - rate) / 2));
            channels /= 2;
            resblocks.AddRange(config.ResblockKernelSizes.Zip(config.ResblockDilationSizes).Select(
                block => new HifiGanResidualBlock(channels, block.First, block.Second, config.LeakyReluSlope, placement)));
        }

        _upsamplers = new([.. upsamplers]);
        _resblocks = new([.. resblocks]);
        _convPost = new(channels, 1, 7, placement, padding: 3);
        RegisterComponents();
    }

    public SpeechT5HifiGanConfig Config { get; }

    /// <summary>Whether stages run as a <see cref="RowStage"/> where that is faster; so it is, but for comparisons.</summary>
    public bool InRows { get; set; } = true;

    /// <summary>Reads the vocoder folder of a published checkpoint.</summary>
    /// <exception cref="CheckpointException">The folder is not that of a SpeechT5HifiGan.</exception>
    public static SpeechT5HifiGan Load(
        string folder, Placement placement, IProgress<long>? bytes = null, string? variant = null, CancellationToken cancellationToken = default)
    {
        var config = ComponentFolder.ReadConfig<SpeechT5HifiGanConfig>(folder);
        config.Validate(folder);
        using var source = WeightNormSource.Over(ComponentFolder.OpenWeights(folder, variant));
        return ModelLoader.Load(
            source, placement, where => new SpeechT5HifiGan(config, where), bytes: bytes, cancellationToken: cancellationToken);
    }

    /// <summary>Spectrogram to waveform.</summary>
    /// <param name="input">[batch, frames, bands] or [frames, bands], of any floating-point type, on the model's device.</param>
    /// <returns>[batch, samples] or [samples], from -1 to 1, in the model's precision.</returns>
    public override Tensor forward(Tensor input)
    {
        if (input.dim() is not (2 or 3) || input.shape[^1] != Config.ModelInDim)
        {
            throw new ArgumentException(
                $"Expected a spectrogram of shape [batch, frames, {Config.ModelInDim}] or [frames, {Config.ModelInDim}], "
                + $"found [{string.Join(", ", input.shape)}].", nameof(input));
        }

        using var scope = NewDisposeScope();
        var mel = input.to(_dtype);
        mel = Config.NormalizeBefore ? (mel - _mean) / _scale : mel;
        var batch = input.dim() == 2 ? mel.unsqueeze(0) : mel;

        var hidden = _convPre.call(batch.transpose(1, 2)); // [batch, channels, frames]
        for (var stage = 0; stage < _upsamplers.Count; stage++)
        {
            using var previous = hidden;
            hidden = Stage(stage, previous); // [batch, channels / 2, rate time]
        }

        // The reference leaves the last slope at the function's own default.
        hidden = _convPost.call(hidden.LeakyReluInPlace(0.01)).tanh_(); // [batch, 1, samples]
        return (input.dim() == 2 ? hidden.flatten() : hidden.squeeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Up to a stage's rate, then the mean of its residual blocks. May overwrite <paramref name="input"/>.</summary>
    private Tensor Stage(int stage, Tensor input)
    {
        var (upsampler, blocks) = (_upsamplers[stage], _resblocks.Skip(stage * _blocksPerStage).Take(_blocksPerStage).ToList());
        if (InRows && RowStage.Takes(input, blocks))
        {
            return new RowStage(upsampler, blocks, Config.LeakyReluSlope).Forward(input);
        }

        using var scope = NewDisposeScope();
        var upsampled = upsampler.call(input.LeakyReluInPlace(Config.LeakyReluSlope));
        var sum = blocks[0].call(upsampled);
        foreach (var block in blocks.Skip(1))
        {
            using var output = block.call(upsampled);
            sum.AddInPlace(output);
        }

        return sum.DivideInPlace(_blocksPerStage).MoveToOuterDisposeScope();
    }
}
