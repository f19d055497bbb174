namespace Ddpo.Audio.Samples;

/// <summary>Trains, one run at a time, and remembers the last one. Stops it when the studio stops.</summary>
internal sealed partial class TrainingDesk(
    TrainerComposer composer, RunNames names, RunLibrary runs, RunEnds ends, AdapterLibrary adapters, ChangeSignal changed, ILogger<TrainingDesk> log)
    : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private TrainingState _state = TrainingState.Idle;
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;

    /// <summary>The state at present.</summary>
    public TrainingState State => Volatile.Read(ref _state);

    /// <summary>Checks the settings and starts a run.</summary>
    /// <returns>The state when it has started.</returns>
    /// <exception cref="StudioProblemException">Settings are wrong, or a run is under way.</exception>
    public Task<TrainingState> StartAsync(TrainingRequest request, CancellationToken cancellationToken)
    {
        var (name, folder) = names.Next();
        return BeginAsync(name, folder, (watch, stop) => composer.ComposeAsync(request, folder, watch, stop), cancellationToken);
    }

    /// <summary>Goes on with a run that was stopped, failed or was killed, from its newest checkpoint.</summary>
    /// <returns>The state when it has started.</returns>
    /// <exception cref="StudioProblemException">It cannot go on, or a run is under way.</exception>
    public Task<TrainingState> ResumeAsync(ResumeRequest request, CancellationToken cancellationToken)
    {
        var run = request.Run ?? State.Run ?? throw new StudioProblemException(
            StatusCodes.Status409Conflict, "There is nothing to go on with.", "There was no run yet: name one.");
        var folder = runs.Resumable(run);
        return BeginAsync(run, folder, (watch, stop) => composer.ResumeAsync(folder, watch, stop), cancellationToken);
    }

    /// <summary>Stops the run under way, if there is one: within one denoising step, and what it learned is saved.</summary>
    /// <returns>The state when it has stopped.</returns>
    public async Task<TrainingState> StopAsync(CancellationToken cancellationToken)
    {
        Task run;
        lock (_lock)
        {
            if (_state.Status is TrainingStatus.Starting or TrainingStatus.Running)
            {
                _state = _state with { Status = TrainingStatus.Stopping };
                _stop!.Cancel();
            }

            run = _run;
        }

        changed.Raise();
        await run.WaitAsync(cancellationToken);
        return State;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop?.Dispose();

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    private async Task<TrainingState> BeginAsync(
        string run,
        string folder,
        Func<IRunObserver, CancellationToken, Task<(IPolicyTrainer Trainer, int NumEpochs)>> compose,
        CancellationToken cancellationToken)
    {
        var (before, stop) = Claim(run);
        changed.Raise();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
            var watch = new RunWatch(start =>
            {
                ends.Forget(run);
                Change(state => state with { Epochs = [.. start.History.Select(EpochPoint.Of)] });
            });
            var (trainer, epochs) = await compose(watch, either.Token);
            LogStarted(log, folder);
            lock (_lock)
            {
                _state = _state with { Status = TrainingStatus.Running, NumEpochs = epochs };
                _run = RunAsync(trainer, watch, stop);
            }

            changed.Raise();
            return State;
        }
        catch
        {
            Change(_ => before); // as if it had not been asked for
            stop.Dispose();
            throw;
        }
    }

    private (TrainingState Before, CancellationTokenSource Stop) Claim(string run)
    {
        lock (_lock)
        {
            if (_state.IsActive)
            {
                throw new StudioProblemException(
                    StatusCodes.Status409Conflict, "A run is under way.", $"{_state.Run} is training. Stop it, or wait until it is done.");
            }

            var before = _state;
            _state = new() { Run = run, Status = TrainingStatus.Starting, Begun = before.Begun + 1 };
            _stop = new CancellationTokenSource();
            return (before, _stop);
        }
    }

    private async Task RunAsync(IPolicyTrainer trainer, RunWatch watch, CancellationTokenSource stop)
    {
        await Task.Yield(); // the visitor who started it does not wait
        var run = State.Run!;
        var (end, adapter) = (default(TrainingEnd), default(string));
#pragma warning disable CA1031 // Nobody awaits a run: whatever ends it is shown on the page.
        try
        {
            await using (trainer)
            {
                end = await TrainAsync(trainer, watch, stop.Token);
            }

            adapter = adapters.List().FirstOrDefault(adapter => adapter.Run == run)?.Id;
        }
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(log, exception, run);
            end = new(TrainingStatus.Failed, exception.Message);
        }

        // Not before the trainer has taken its adapter off the model: now another run may start.
        if (watch.HasStarted) // else nothing of it has changed
        {
            ends.Remember(run, new(end.Status, State.Epochs.Length, end.Reason));
        }

        Change(state => state with { Status = end.Status, Reason = end.Reason, Adapter = adapter });
        stop.Dispose();
        LogEnded(log, run, end.Status, State.Epochs.Length);
    }

    private async Task<TrainingEnd> TrainAsync(IPolicyTrainer trainer, RunWatch watch, CancellationToken stop)
    {
        try
        {
            await foreach (var epoch in trainer.TrainAsync(new Steps(Show), stop))
            {
                Change(state => state with { Epochs = state.Epochs.Add(EpochPoint.Of(epoch)) });
            }

            return watch.End is { Outcome: RunOutcome.Stopped, Reason: var reason } ? new(TrainingStatus.Stopped, reason) : new(TrainingStatus.Finished);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new(TrainingStatus.Stopped); // the trainer has left a checkpoint of the last whole epoch
        }
    }

    private void Show(DdpoProgress progress) => Change(state => state with
    {
        Epoch = progress.Epoch,
        Stage = progress.Stage,
        Step = progress.Step,
        TotalSteps = progress.TotalSteps,
    });

    private void Change(Func<TrainingState, TrainingState> change)
    {
        lock (_lock)
        {
            _state = change(_state);
        }

        changed.Raise();
    }

    [LoggerMessage(10, LogLevel.Information, "Training in {Folder} started.")]
    private static partial void LogStarted(ILogger log, string folder);

    [LoggerMessage(11, LogLevel.Information, "Training {Run} ended: {Status}; epochs done: {Epochs}.")]
    private static partial void LogEnded(ILogger log, string run, TrainingStatus status, int epochs);

    [LoggerMessage(12, LogLevel.Error, "Training {Run} failed.")]
    private static partial void LogFailed(ILogger log, Exception exception, string run);

    private readonly record struct TrainingEnd(TrainingStatus Status, string? Reason = null);

    /// <summary>Hands on steps at once, on the thread that makes them.</summary>
    private sealed class Steps(Action<DdpoProgress> report) : IProgress<DdpoProgress>
    {
        public void Report(DdpoProgress value) => report(value);
    }

    /// <summary>Hears where a run begins, and how the trainer says that it ended: a loop that is over may have been stopped by a rule.</summary>
    private sealed class RunWatch(Action<RunStart> begin) : IRunObserver
    {
        public bool HasStarted { get; private set; }

        public RunEnd? End { get; private set; }

        public void OnStart(RunStart run)
        {
            HasStarted = true;
            begin(run);
        }

        public void OnEnd(RunEnd runEnd) => End = runEnd;
    }
}
