using Ddpo.Audio.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Hosting;

/// <summary>One training in a host, from loading to the last epoch or until it is stopped.</summary>
/// <remarks>
/// Apart from the hosted service, which the host makes before everything else and so disposes last: this is made after what it uses, and
/// has let go of it before it goes, even when the host did not wait for training to stop.
/// </remarks>
internal sealed class TrainingRun(
    IDdpoTrainerFactory factory,
    IOptions<DdpoOptions> options,
    IEnumerable<IProgress<DdpoProgress>> progress,
    IEnumerable<IProgress<DdpoEpoch>> epochs,
    ILogger<TrainingRun> logger) : IAsyncDisposable, IDisposable
{
    private readonly CancellationTokenSource _disposing = new();
    private Task<bool> _running = Task.FromResult(false);

    /// <summary>Trains. Being stopped is no error.</summary>
    /// <returns>Whether training came to its end.</returns>
    public Task<bool> RunAsync(CancellationToken stoppingToken) => _running = TrainAsync(stoppingToken);

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposing.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<bool> TrainAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _disposing.Token);
        try
        {
            Log.Loading(logger, options.Value.Pipeline.Path);
            var trainer = await factory.CreateAsync(cancellationToken: stop.Token).ConfigureAwait(false);
            await using (trainer.ConfigureAwait(false))
            {
                return await TrainAsync(trainer, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Log.StoppedLoading(logger);
            return false;
        }
    }

    private async Task<bool> TrainAsync(IPolicyTrainer trainer, CancellationToken stop)
    {
        var done = 0;
        var total = options.Value.Training.NumEpochs;
        try
        {
            await foreach (var epoch in trainer.TrainAsync(new Everyone<DdpoProgress>([.. progress]), stop).ConfigureAwait(false))
            {
                done = epoch.Index + 1;
                new Everyone<DdpoEpoch>([.. epochs]).Report(epoch);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Log.Stopped(logger, done, total, options.Value.Checkpoints.Directory ?? "not kept, for Checkpoints:Directory is not set");
            return false;
        }

        return true;
    }

    private sealed class Everyone<T>(IProgress<T>[] listeners) : IProgress<T>
    {
        public void Report(T value) => Array.ForEach(listeners, listener => listener.Report(value));
    }
}
