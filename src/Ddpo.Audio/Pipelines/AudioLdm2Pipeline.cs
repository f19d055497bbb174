using System.Diagnostics;
using Ddpo.Audio.Adapters;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Hub;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Schedulers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio;

/// <summary>
/// AudioLDM2 (Liu et al. 2023), number for number with diffusers' <c>AudioLDM2Pipeline</c>, from a Hugging Face checkpoint folder.
/// </summary>
/// <remarks>
/// Thread-safe: calls are queued and run one at a time on a thread of the pipeline's own. Dispose it after everything that
/// uses it; disposal waits for queued work.
/// </remarks>
public sealed class AudioLdm2Pipeline : IDiffusionPipeline
{
    private const double MostDecodingBytes = 2e9;

    private readonly AudioLdm2Components _components;
    private readonly PromptEncoder _encoder;
    private readonly ILogger _logger;
    private readonly LatentGenerator _latents;
    private readonly AudioLdm2Diffusion _trainable;
    private readonly HubOptions _hub; // for adapters by name
    private int _disposed;

    private AudioLdm2Pipeline(TorchWorker worker, AudioLdm2Components components, AudioLdm2PipelineOptions options, ILogger logger)
    {
        (Worker, _components, _hub, _logger) = (worker, components, options.Hub, logger);
        (Precision, DecodingPrecision) = (options.Precision, options.DecodingPrecision ?? options.Precision);
        _encoder = new PromptEncoder(components, logger);
        Denoiser = new Denoiser(components.UNet);
        _latents = new LatentGenerator(Denoiser, Scheduler, Device);
        _trainable = new AudioLdm2Diffusion(this);
    }

    /// <inheritdoc/>
    public int SampleRate => _components.Vocoder.Config.SamplingRate;

    /// <summary>Precision of the weights in memory.</summary>
    public Precision Precision { get; }

    /// <summary>Precision of the VAE's and the vocoder's weights in memory.</summary>
    public Precision DecodingPrecision { get; }

    internal TorchWorker Worker { get; }

    internal Denoiser Denoiser { get; }

    internal AudioLdm2UNet2DConditionModel UNet => _components.UNet;

    internal AutoencoderKL Vae => _components.Vae;

    internal DdimScheduler Scheduler => _components.Scheduler;

    internal Device Device => _components.Device;

    /// <summary>Loads a checkpoint such as <c>cvssp/audioldm2</c>, <c>cvssp/audioldm2-large</c> or <c>cvssp/audioldm2-music</c>.</summary>
    /// <param name="model">
    /// A folder with <c>model_index.json</c>, weights as safetensors or PyTorch <c>.bin</c>, whole or in shards; or the name of such a model on the hub, or of a folder in
    /// it (<c>owner/name/folder</c>). A path that exists is never taken for a name. What a name needs is downloaded, unless it is in Hugging Face's cache:
    /// <see cref="HubOptions"/>.
    /// </param>
    /// <param name="options">Device and precision, and where names are looked up; the CPU in 32 bits by default.</param>
    /// <param name="progress">Told how many bytes of weights were read, from another thread. Of downloads, <see cref="HubOptions.Progress"/> is told.</param>
    /// <param name="cancellationToken">Looked at between tensors, and at any time in a download, which a later call goes on with.</param>
    /// <exception cref="HubException">The model is not on this machine, and cannot be had from the hub.</exception>
    /// <exception cref="ArgumentException">
    /// A setting of <see cref="AudioLdm2PipelineOptions.Hub"/> is not what it should be, or <see cref="AudioLdm2PipelineOptions.NumThreads"/> is less than 1.
    /// </exception>
    /// <exception cref="CheckpointException">A file is missing or damaged, or a component is of a class that is not known.</exception>
    /// <exception cref="NotSupportedException">libtorch or the device is absent; the message says which package to add.</exception>
    public static async Task<AudioLdm2Pipeline> FromPretrainedAsync(
        string model,
        AudioLdm2PipelineOptions? options = null,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options = options?.Copy() ?? new AudioLdm2PipelineOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.NumThreads ?? 1, 1, nameof(options.NumThreads)); // before anything is downloaded
        var logger = options.LoggerFactory?.CreateLogger<AudioLdm2Pipeline>() ?? NullLogger<AudioLdm2Pipeline>.Instance;
        var directory = await HubModel.LocateAsync(
            model,
            options.Hub,
            (snapshot, name, stop) => AudioLdm2Files.GetAsync(snapshot, name.Path, options.Hub.Variant, stop),
            logger,
            cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var worker = new TorchWorker(nameof(AudioLdm2Pipeline), options.NumThreads);
        try
        {
            var components = await Tracing.RunAsync(
                DdpoActivities.PipelineLoad,
                () => worker.RunAsync(() => AudioLdm2Components.Load(directory, options, progress, cancellationToken), cancellationToken),
                (DdpoTags.Model, Path.GetFileName(Path.TrimEndingDirectorySeparator(model)))).ConfigureAwait(false);
            ComputeDevice.LogRemark(logger);
            Log.Loaded(logger, model, options.Device, options.Precision, clock.Elapsed.TotalSeconds);
            return new AudioLdm2Pipeline(worker, components, options, logger);
        }
        catch
        {
            await worker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AudioClip>> GenerateAsync(
        AudioRequest request, IProgress<DenoisingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var geometry = request.Duration > TimeSpan.Zero && request.Duration <= AudioRequest.LongestDuration ? Geometry(request.Duration) : null;
        AudioRequestValidator.Validate(request, SchedulerOf(request), Scheduler.Config, geometry);
        var clips = (long)request.Prompts.Count * request.NumWaveformsPerPrompt;
        if (MemoryProblemOf(geometry!, clips, request.Duration) is { } problem)
        {
            throw new InsufficientMemoryException(problem);
        }

        return Tracing.RunAsync(
            DdpoActivities.Generate,
            () => Worker.RunAsync(() => Generate(request, geometry!, progress, cancellationToken), cancellationToken),
            (DdpoTags.Samples, (int)clips));
    }

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> ApplyLoraAsync(string path, double scale = 1, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!float.IsFinite((float)scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "Expected a number that is finite in 32 bits.");
        }

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) == 1, this); // before anything is downloaded
        path = await AdapterFiles.LocateAsync(path, _hub, _logger, cancellationToken).ConfigureAwait(false);
        var adapter = await Worker.RunAsync(() => Attach(path, scale), cancellationToken).ConfigureAwait(false);
        return new AppliedAdapter(this, adapter);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(_trainable) ? _trainable : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() =>
        Interlocked.Exchange(ref _disposed, 1) == 1 ? ValueTask.CompletedTask : Worker.DisposeAsync(_components.Dispose);

    /// <summary>Sizes of a clip of this model.</summary>
    internal ClipGeometry Geometry(TimeSpan duration)
    {
        var (vocoder, vae) = (_components.Vocoder.Config, _components.Vae.Config);
        return ClipGeometry.For(
            duration, UNet.Config.InChannels, vae.CompressionRatio, vocoder.ModelInDim, vocoder.UpsampleRates.Aggregate(1, (hop, rate) => hop * rate), vocoder.SamplingRate);
    }

    /// <summary>Says so when this machine cannot hold what some clips take; other devices tell when they are full.</summary>
    internal string? MemoryProblemOf(ClipGeometry geometry, long clips, TimeSpan duration) => Device.type != DeviceType.CPU
        ? null
        : MemoryNeed.ProblemOf(DecodingBytes(geometry) + (clips * MemoryNeed.ToDenoise(geometry, UNet.Config, Precision)), clips, duration);

    // ---- The stages, in reading order. All below runs on the worker. -------------------------------------------------------

    /// <summary>Prompts to what the UNet attends to.</summary>
    internal PromptEmbeddings EncodePrompts(
        IReadOnlyList<Prompt> prompts, string negativePrompt, bool guided, PromptPadding padding = PromptPadding.Own) =>
        _encoder.Encode(prompts, negativePrompt, guided, padding);

    /// <summary>Latents, fp32 [clips, channels, frames, width], to waveforms, fp32 [clips, samples].</summary>
    internal Tensor DecodeLatents(Tensor latents, ClipGeometry geometry, double mostBytes = MostDecodingBytes)
    {
        // All clips at once take more memory than anything before, and no less time.
        var clips = (int)latents.shape[0];
        var atOnce = is_grad_enabled() ? clips : (int)Math.Clamp(mostBytes / DecodingBytes(geometry), 1, clips);
        if (atOnce == clips)
        {
            return Decode(latents, geometry);
        }

        using var scope = NewDisposeScope();
        return cat([.. Enumerable.Range(0, clips).Chunk(atOnce).Select(part => Decode(latents.narrow(0, part[0], part.Length), geometry))]).MoveToOuterDisposeScope();
    }

    private Tensor Decode(Tensor latents, ClipGeometry geometry)
    {
        using var scope = NewDisposeScope();
        var mel = _components.Vae.Decode(latents.Divide(_components.Vae.Config.ScalingFactor)); // [clips, 1, 4 × frames, bins]
        var waveforms = _components.Vocoder.call(mel.squeeze(1)); // [clips, samples]
        var length = (int)Math.Min(waveforms.shape[1], geometry.Samples);
        return waveforms.narrow(1, 0, length).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private double DecodingBytes(ClipGeometry geometry) => MemoryNeed.ToDecode(geometry, _components.Vae.Config, _components.Vocoder.Config, DecodingPrecision);

    private AudioScheduler SchedulerOf(AudioRequest request) => request.Scheduler ?? _components.GenerationScheduler;

    private LoraAdapter Attach(string path, double scale)
    {
        using var weights = LoraFile.Read(path);
        var adapter = LoraAdapter.Attach(UNet, weights);
        try
        {
            adapter.Multiplier = (float)scale;
            if (Precision == Precision.Float32)
            {
                adapter.Merge(); // a clip then takes no longer than without; in 16 bits, rounding would lose part of the change
            }

            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    private IReadOnlyList<AudioClip> Generate(
        AudioRequest request, ClipGeometry geometry, IProgress<DenoisingProgress>? progress, CancellationToken cancellationToken)
    {
        // First, for it may refuse the checkpoint.
        using var ranker = request.NumWaveformsPerPrompt == 1 ? null : new WaveformRanker(_components, cancellationToken);
        var guided = request.GuidanceScale > 1;
        var embeddings = EncodePrompts(request.Prompts, request.NegativePrompt, guided, request.PromptPadding).Repeat(request.NumWaveformsPerPrompt);
        var latents = _latents.Generate(request, SchedulerOf(request), geometry, embeddings, progress, cancellationToken);
        var clips = Waveforms.ToClips(DecodeLatents(latents, geometry), SampleRate);
        return ranker is null ? clips : ranker.BestFirst(clips, request.Prompts, request.NumWaveformsPerPrompt);
    }

    private sealed class AppliedAdapter(AudioLdm2Pipeline pipeline, LoraAdapter adapter) : IAsyncDisposable
    {
        private int _disposed;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0 && Volatile.Read(ref pipeline._disposed) == 0)
            {
                await pipeline.Worker.RunAsync(adapter.Dispose).ConfigureAwait(false);
            }
        }
    }
}
