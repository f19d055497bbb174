using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>What is being generated.</summary>
/// <param name="Asked">Clips that were asked for and are not there yet.</param>
/// <param name="Prompt">The prompt of the one that is being made.</param>
/// <param name="Step">Its denoising steps done.</param>
/// <param name="TotalSteps">Its denoising steps in all.</param>
internal sealed record GenerationState(int Asked, string? Prompt = null, int Step = 0, int TotalSteps = 0);

/// <summary>Makes clips, one at a time: an adapter is on the model for one clip.</summary>
internal sealed class GenerationDesk(
    [FromKeyedServices(Player.Key)] IDiffusionPipelineProvider player, ClipScorer scorer, ClipLibrary clips, ChangeSignal changed, IOptions<StudioOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private GenerationState _work = new(0);
    private int _asked;

    /// <summary>The state at present.</summary>
    public GenerationState State => Volatile.Read(ref _work) with { Asked = Volatile.Read(ref _asked) };

    /// <summary>Makes a clip, after those that were asked for before.</summary>
    /// <exception cref="StudioProblemException">Too many clips were asked for already.</exception>
    /// <exception cref="CheckpointException">The adapter is damaged, gone, or made for another model.</exception>
    public async Task<Clip> GenerateAsync(ClipOrder order, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _asked) > options.Value.MaxQueuedClips + 1)
            {
                throw new StudioProblemException(
                    StatusCodes.Status429TooManyRequests, "Too many clips were asked for.", "Wait until some of them are there, then ask again.");
            }

            changed.Raise();
            await _turn.WaitAsync(cancellationToken);
            try
            {
                return await MakeAsync(order, cancellationToken);
            }
            finally
            {
                _work = new(0);
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asked);
            changed.Raise();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<Clip> MakeAsync(ClipOrder order, CancellationToken cancellationToken)
    {
        Show(order, 0);
        var pipeline = await player.GetAsync(cancellationToken);
        await using var adapter = order.AdapterFolder is { } folder
            ? await pipeline.ApplyLoraAsync(folder, order.Strength, cancellationToken)
            : null;
        var audio = (await pipeline.GenerateAsync(order.ToAudioRequest(), new Steps(step => Show(order, step.Step)), cancellationToken))[0];
        var scores = await scorer.ScoreAsync(audio, order.Prompt, cancellationToken);
        var clip = new Clip(
            Guid.CreateVersion7(), order.Prompt, order.Adapter, order.Strength, order.Steps, order.Seconds, order.Guidance, order.Seed, scores,
            Peaks.Of(audio), DateTimeOffset.UtcNow);
        await clips.AddAsync(clip, audio);
        return clip;
    }

    private void Show(ClipOrder order, int step)
    {
        Volatile.Write(ref _work, new(0, order.Prompt, step, order.Steps));
        changed.Raise();
    }

    /// <summary>Hands on steps at once, on the thread that makes them.</summary>
    private sealed class Steps(Action<DenoisingProgress> report) : IProgress<DenoisingProgress>
    {
        public void Report(DenoisingProgress value) => report(value);
    }
}
