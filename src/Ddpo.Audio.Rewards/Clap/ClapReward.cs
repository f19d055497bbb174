using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ddpo.Audio.Rewards.Clap;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Rewards;

/// <summary>
/// How well a clip fits its prompt: the cosine between CLAP's vectors of the two, from -1 to 1, or how far that is ahead of other texts
/// (<see cref="ClapRewardOptions.Alternatives"/>).
/// </summary>
/// <remarks>
/// <para>
/// The numbers are those of the library that the checkpoint is for, laion_clap or transformers: mono (mean of the channels),
/// 48 kHz, 16 bits for laion_clap, repeated to 10 seconds where shorter, log-mel spectrogram, HTS-AT; RoBERTa on 77 tokens at most
/// for the text. Clips may have any rate and any number of channels.
/// </para>
/// <para>Thread-safety: any thread may call any member; calls run one after the other on a thread of the reward's own.</para>
/// <para>Ownership: holds the model's memory until disposed.</para>
/// </remarks>
public sealed class ClapReward : IDifferentiableReward, IAudioEmbedder, IAsyncDisposable
{
    // Prompts repeat from epoch to epoch. A vector is 2 kB.
    private const int CachedPrompts = 4096;

    private readonly OwnWorker<ClapEmbedder> _worker;
    private readonly ClapRewardOptions _options;
    private readonly Dictionary<string, float[]> _textVectors = []; // used on the worker's thread only
    private ClapScoring? _scoring; // likewise

    private ClapReward(ClapRewardOptions options, string model, OwnWorker<ClapEmbedder> worker, string? gradientProblem, TimeSpan window) =>
        (_options, _worker, GradientProblem, Embedding) = (options, worker, gradientProblem, string.Create(
            CultureInfo.InvariantCulture, $"CLAP {model}, windows of {window.TotalSeconds:0.##} s every 1 s"));

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    [Experimental(ExperimentalApi.Tensors)]
    public string? GradientProblem { get; }

    /// <inheritdoc/>
    /// <value><c>sim_score</c>; <c>contrast_score</c> with <see cref="ClapRewardOptions.Alternatives"/>.</value>
    public string ScoreColumn => _options.Alternatives.Count == 0 ? "sim_score" : "contrast_score";

    /// <inheritdoc/>
    /// <value>The checkpoint's name, and the windows: of the model's length, 10 s in the published ones, one each second (fadtk's <c>clap-laion-music</c>).</value>
    public string Embedding { get; }

    /// <summary>Loads a model, which may be in any of three layouts.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>A file: a training checkpoint of laion_clap, such as <c>music_audioset_epoch_15_esc_90.14.pt</c>. Its sizes are read off
    /// its tensors; <see cref="ClapRewardOptions"/> says what lies beside it.</item>
    /// <item>A folder with weights: a ClapModel of transformers, such as <c>laion/larger_clap_music</c>, with config.json,
    /// preprocessor_config.json (transformers 5: processor_config.json) and the tokenizer.</item>
    /// <item>A folder without weights but with <c>audio_model.onnx</c> and <c>text_model.onnx</c>, also in its folder <c>onnx</c>, such
    /// as <c>Xenova/larger_clap_general</c>, with preprocessor_config.json and the tokenizer. ONNX Runtime runs them.</item>
    /// </list>
    /// Models with feature fusion are refused. Each may also be given by its name on the hub: <c>laion/larger_clap_music</c>, or for a checkpoint
    /// of laion_clap <c>lukewys/laion_clap/music_audioset_epoch_15_esc_90.14.pt</c>.
    /// </remarks>
    /// <param name="model">
    /// The file or folder, or the name on the hub. A path that exists is never taken for a name. What a name needs is downloaded, unless it is in Hugging Face's
    /// cache: <see cref="HubOptions"/>.
    /// </param>
    /// <param name="options">Settings; the defaults when null.</param>
    /// <param name="progress">Told how many bytes of weights were read so far, from another thread.</param>
    /// <param name="cancellationToken">Stops the loading, which then leaves nothing behind.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged, or not what was expected; the message says which and why.</exception>
    /// <exception cref="HubException">The model is not on this machine, and cannot be had from the hub.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">libtorch, ONNX Runtime or the CUDA device is absent.</exception>
    public static async Task<ClapReward> FromPretrainedAsync(
        string model,
        ClapRewardOptions? options = null,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options = options?.Copy() ?? new ClapRewardOptions();
        SettingAnnotations.ThrowIfWrong(options);
        var path = await ClapFiles.LocateAsync(model, options, cancellationToken).ConfigureAwait(false);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(model));
        return await LoadAsync(options, () => ClapLoader.Load(path, options, progress, cancellationToken), name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a reward of what <paramref name="load"/> returns, which it then owns.</summary>
    internal static Task<ClapReward> LoadAsync(
        ClapRewardOptions options, Func<ClapParts> load, string model = "", CancellationToken cancellationToken = default) => OwnWorker<ClapEmbedder>.StartAsync(
            options.Name,
            options.NumThreads,
            () => new ClapEmbedder(load(), options),
            async worker =>
            {
                ComputeDevice.LogRemark(options.CreateLogger());
                var (problem, window) = await worker.RunAsync(embedder => (embedder.GradientProblem, embedder.WindowLength), cancellationToken).ConfigureAwait(false);
                return new ClapReward(options, model, worker, problem, window);
            },
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The numbers of clips and prompts differ, or a clip is empty or holds NaN or infinity.</exception>
    /// <exception cref="ObjectDisposedException">The reward was disposed.</exception>
    public Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        return _worker.RunAsync<IReadOnlyList<float>>(
            embedder =>
            {
                var texts = TextVectors(embedder, [.. prompts.Select(prompt => prompt.Text)], cancellationToken);
                var audio = embedder.EmbedClips(clips, cancellationToken);
                return [.. audio.Zip(texts, Scoring(embedder, cancellationToken).Of)];
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The numbers of clips and prompts differ, or a clip is empty, has several channels, or holds NaN or infinity.</exception>
    [Experimental(ExperimentalApi.Tensors)]
    public Task<IReadOnlyList<ScoreGradient>> ScoreWithGradientAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        return _worker.RunAsync(
            embedder => embedder.Score(
                clips, TextVectors(embedder, [.. prompts.Select(prompt => prompt.Text)], cancellationToken), Scoring(embedder, cancellationToken), cancellationToken),
            cancellationToken);
    }

    /// <summary>Makes CLAP's vectors of clips, with an L2 norm of 1 (with <see cref="ClapCrop.MeanOverWindows"/> the mean of several such).</summary>
    /// <param name="clips">The clips, at any rate.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A new array for each clip, in the same order.</returns>
    public Task<IReadOnlyList<float[]>> EmbedAudioAsync(IReadOnlyList<AudioClip> clips, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clips);
        return _worker.RunAsync<IReadOnlyList<float[]>>(embedder => embedder.EmbedClips(clips, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The clip is empty, or holds NaN or infinity.</exception>
    public Task<IReadOnlyList<float[]>> EmbedWindowsAsync(AudioClip clip, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clip);
        return _worker.RunAsync<IReadOnlyList<float[]>>(embedder => embedder.EmbedWindows(clip, cancellationToken), cancellationToken);
    }

    /// <summary>Makes CLAP's vectors of texts, with an L2 norm of 1.</summary>
    /// <param name="texts">The texts; what is beyond 77 tokens is cut off.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A new array for each text, in the same order.</returns>
    public Task<IReadOnlyList<float[]>> EmbedTextAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _worker.RunAsync<IReadOnlyList<float[]>>(
            embedder => [.. TextVectors(embedder, texts, cancellationToken).Select(vector => vector.ToArray())], cancellationToken);
    }

    /// <summary>Waits for calls in progress, then frees the model.</summary>
    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    private ClapScoring Scoring(ClapEmbedder embedder, CancellationToken cancellationToken) => _scoring ??= new ClapScoring(
        TextVectors(embedder, [.. _options.Alternatives.Select(prompt => prompt.Text).Distinct()], cancellationToken), _options.AlternativesTemperature);

    private List<float[]> TextVectors(ClapEmbedder embedder, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var distinct = texts.Distinct().ToList();
        if (_textVectors.Count + distinct.Count > CachedPrompts)
        {
            _textVectors.Clear();
        }

        foreach (var text in distinct.Where(text => !_textVectors.ContainsKey(text)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _textVectors[text] = embedder.EmbedText(text, cancellationToken);
        }

        return [.. texts.Select(text => _textVectors[text])];
    }
}
