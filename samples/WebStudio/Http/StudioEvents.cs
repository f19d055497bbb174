using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Ddpo.Audio.Samples;

/// <summary>Tells a page what goes on: everything at first, then what has changed.</summary>
/// <remarks>
/// Each event carries the whole of what it is about: <c>model</c> a <see cref="ModelState"/>, <c>generation</c> a <see cref="GenerationState"/>,
/// <c>training</c> a <see cref="TrainingState"/>, and <c>epoch</c> an <see cref="EpochPoint"/> of the run that the last <c>training</c> named. So
/// a page that was away needs nothing but to connect again.
/// </remarks>
internal sealed class StudioEvents(
    ModelPreload model, GenerationDesk generation, TrainingDesk training, ChangeSignal changed, IHostApplicationLifetime lifetime)
{
    // More would be seen by nobody.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(40);

    /// <summary>The events, until the page is closed or the studio stops, which would otherwise wait for the page.</summary>
    public async IAsyncEnumerable<SseItem<object>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var (sentModel, sentGeneration, sentTraining, sentEpochs) = ((ModelState?)null, (GenerationState?)null, (TrainingState?)null, 0);
        while (!end.IsCancellationRequested)
        {
            var next = changed.Next;
            if (model.State is var loading && loading != sentModel)
            {
                yield return new(sentModel = loading, "model");
            }

            if (generation.State is var making && making != sentGeneration)
            {
                yield return new(sentGeneration = making, "generation");
            }

            var run = training.State;
            if (sentTraining is null || run.Begun != sentTraining.Begun)
            {
                sentEpochs = 0;
                yield return new(sentTraining = run, "training");
            }

            for (; sentEpochs < run.Epochs.Length; sentEpochs++)
            {
                yield return new(run.Epochs[sentEpochs], "epoch");
            }

            // After its epochs: a run that has ended has all of them.
            if (!run.LooksLike(sentTraining))
            {
                yield return new(sentTraining = run, "training");
            }

            await next.WaitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(s_pause, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
