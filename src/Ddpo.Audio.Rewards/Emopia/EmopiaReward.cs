using System.Diagnostics.CodeAnalysis;
using Ddpo.Audio.Rewards.Emopia;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Settings;

namespace Ddpo.Audio.Rewards;

/// <summary>How clearly a clip has an emotion, by the audio classifier of EMOPIA: a quadrant of valence and arousal.</summary>
/// <remarks>
/// <para>
/// The numbers are those of EMOPIA_cls: mono (mean of the channels), 22.05 kHz, chunks of 3 seconds side by side, mel spectrogram,
/// short-chunk ResNet, a sigmoid for each label, the mean over the chunks. Q1 is happy (high valence, high arousal), Q2 angry (low
/// valence, high arousal), Q3 sad (low, low), Q4 tender (high valence, low arousal). Clips may have any rate and any number of channels.
/// They are resampled as by torchaudio, not by SoX as in EMOPIA_cls: above the clip's own band, where there is next to no energy, the two
/// differ by many decibels, which the network hears.
/// </para>
/// <para>On the songs of EMOPIA the published network is right about two times in three: an accuracy far above measures the network.</para>
/// <para>Thread-safety: any thread may call any member; calls run one after the other on a thread of the reward's own.</para>
/// <para>Ownership: holds the network's memory until disposed.</para>
/// </remarks>
public sealed class EmopiaReward : IClassifierReward, IDifferentiableReward, IReadsPrompts, IAsyncDisposable
{
    private readonly OwnWorker<EmopiaClassifier> _worker;
    private readonly EmotionLabels _labels;
    private readonly EmopiaScoring _scoring;
    private readonly EmopiaRewardOptions _options;

    private EmopiaReward(
        OwnWorker<EmopiaClassifier> worker, EmotionLabels labels, EmopiaScoring scoring, EmopiaRewardOptions options, string? gradientProblem) =>
        (_worker, _labels, _scoring, _options, GradientProblem) = (worker, labels, scoring, options, gradientProblem);

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _labels.Names;

    /// <inheritdoc/>
    [Experimental(ExperimentalApi.Tensors)]
    public string? GradientProblem { get; }

    /// <summary>Loads a checkpoint of EMOPIA_cls, such as <c>best_weight/wav/ar_va/best.ckpt</c>.</summary>
    /// <param name="model">
    /// The Lightning checkpoint <c>best.ckpt</c>, or the folder with it, or an export of the network to ONNX (a file ending in
    /// <c>.onnx</c>: mel power <c>mel</c> [chunks, 1, 128, frames] to <c>logits</c>), which ONNX Runtime runs. The <c>hparams.yaml</c>
    /// beside it tells what the outputs stand for; without it, four are Q1 to Q4. Or the name of such a file or folder on the hub, <c>owner/name/best.ckpt</c>, which
    /// is downloaded, unless it is in Hugging Face's cache: <see cref="HubOptions"/>. A path that exists is never taken for a name.
    /// </param>
    /// <param name="options">Settings; the defaults when null.</param>
    /// <param name="progress">Told how many bytes of weights were read so far, from another thread.</param>
    /// <param name="cancellationToken">Stops the loading, which then leaves nothing behind.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged, or not what was expected; the message says which and why.</exception>
    /// <exception cref="HubException">The model is not on this machine, and cannot be had from the hub.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or the network does not know the target.</exception>
    /// <exception cref="NotSupportedException">libtorch, ONNX Runtime or the CUDA device is absent.</exception>
    public static async Task<EmopiaReward> FromPretrainedAsync(
        string model,
        EmopiaRewardOptions? options = null,
        IProgress<LoadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options = options?.Copy() ?? new EmopiaRewardOptions();
        SettingAnnotations.ThrowIfWrong(options);
        var path = await EmopiaFiles.LocateAsync(model, options, cancellationToken).ConfigureAwait(false);
        return await OwnWorker<EmopiaClassifier>.StartAsync(
            options.Name,
            options.NumThreads,
            () => EmopiaClassifier.Load(path, options, progress, cancellationToken),
            async worker =>
            {
                var (labels, problem) = await worker.RunAsync(
                    classifier => (classifier.Labels, classifier.GradientProblem), cancellationToken).ConfigureAwait(false);
                var scoring = new EmopiaScoring(labels, options.Score);
                if (options.Target is { } target)
                {
                    scoring.Of(labels.IndexOf(target), new float[labels.Names.Count]); // throws now what it would throw later
                }

                ComputeDevice.LogRemark(options.CreateLogger());
                return new EmopiaReward(worker, labels, scoring, options, problem ?? scoring.GradientProblem);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The numbers of clips and prompts differ, a clip is empty or holds NaN or infinity, or a prompt does not say its emotion.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The reward was disposed.</exception>
    public async Task<IReadOnlyList<float>> ScoreAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        var decisions = await ClassifyAsync(clips, prompts, cancellationToken).ConfigureAwait(false);
        return [.. decisions.Select(decision => decision.Score)];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">As <see cref="ScoreAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">The reward was disposed.</exception>
    public async Task<IReadOnlyList<Classification>> ClassifyAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        int[] targets = [.. prompts.Select(TargetOf)];
        var values = await _worker.RunAsync(classifier => classifier.Classify(clips, cancellationToken), cancellationToken).ConfigureAwait(false);
        return [.. values.Zip(targets, Decide)];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">As <see cref="ScoreAsync"/>, or a clip has several channels.</exception>
    /// <exception cref="NotSupportedException">The network is in ONNX, or the score is <see cref="EmopiaScore.Hit"/>.</exception>
    /// <exception cref="ObjectDisposedException">The reward was disposed.</exception>
    [Experimental(ExperimentalApi.Tensors)]
    public Task<IReadOnlyList<ScoreGradient>> ScoreWithGradientAsync(
        IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken = default)
    {
        AudioChecks.ThrowIfNotPaired(clips, prompts);
        if (GradientProblem is not null)
        {
            throw new NotSupportedException($"Reward '{Name}' cannot be differentiated: {GradientProblem}.");
        }

        int[] targets = [.. prompts.Select(TargetOf)];
        return _worker.RunAsync(
            classifier => classifier.Score(clips, (clip, values) => _scoring.Of(targets[clip], values), cancellationToken), cancellationToken);
    }

    /// <summary>Waits for calls in progress, then frees the network.</summary>
    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    private Classification Decide(float[] values, int target) => new(
        _scoring.Of(target, values), Labels[target], Labels[values.IndexOf(values.Max())], values);

    /// <summary>The emotion that a prompt asks for; <see langword="null"/> when nothing says it.</summary>
    internal static string? EmotionOf(EmopiaRewardOptions options, Prompt prompt) =>
        options.Target ?? prompt.Metadata.GetValueOrDefault("quadrant") ?? prompt.Metadata.GetValueOrDefault("emotion");

    /// <summary>What to do about a prompt that asks for none.</summary>
    internal static string NoEmotion(EmopiaRewardOptions options, Prompt prompt) =>
        $"Reward '{options.Name}' needs to know the emotion that the prompt \"{prompt.Text}\" asks for, and its metadata has neither 'quadrant' nor 'emotion'. "
        + $"Set Rewards:{options.Name}:Target for all prompts (in code EmopiaRewardOptions.Target), add Prompts:Metadata:emotion, use a Template with an {{emotion}} "
        + $"list or PromptSource.EmotionSolo, or leave the reward out: Rewards:{options.Name} false.";

    string? IReadsPrompts.ProblemOf(Prompt prompt)
    {
        try
        {
            TargetOf(prompt);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private int TargetOf(Prompt prompt)
    {
        if (EmotionOf(_options, prompt) is not { } emotion)
        {
            throw new ArgumentException(NoEmotion(_options, prompt));
        }

        try
        {
            return _labels.IndexOf(emotion);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"The metadata of the prompt \"{prompt.Text}\" asks for an unknown emotion. {exception.Message}", exception);
        }
    }
}
