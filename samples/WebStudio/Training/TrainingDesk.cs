namespace Ddpo.Audio.Samples;

/// <summary>Trains, one run at a time, and remembers the last one. Stops it when the studio stops.</summary>
internal sealed partial class TrainingDesk(
    TrainerComposer composer, RunNames names, RunEnds ends, AdapterLibrary adapters, ChangeSignal changed, ILogger<TrainingDesk> log)
    : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private TrainingState _state = TrainingState.Idle;
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;
    private RunPlan? _last;

    /// <summary>The state at present.</summary>
    public TrainingState State => Volatile.Read(ref _state);

    /// <summary>Checks the settings and starts a run.</summary>
    /// <returns>The state when it has started.</returns>
    /// <exception cref="StudioProblemException">Settings are wrong, or a run is under way.</exception>
    public Task<TrainingState> StartAsync(TrainingRequest request, CancellationToken cancellationToken)
    {
        var (name, folder) = names.Next();
        return BeginAsync(_ => new TrainingState { Run = name }, new(request, folder), resumes: false, cancellationToken);
    }

    /// <summary>Goes on with the run that was stopped, or that failed, from its last whole epoch.</summary>
    /// <returns>The state when it has started.</returns>
    /// <exception cref="StudioProblemException">There is none that could go on, or a run is under way.</exception>
    public Task<TrainingState> ResumeAsync(CancellationToken cancellationToken) => _last is { } last && State.CanResume
        ? BeginAsync(state => state with { Reason = null, Adapter = null }, last, resumes: true, cancellationToken)
        : throw new StudioProblemException(
            StatusCodes.Status409Conflict, "There is nothing to go on with.", "A run that was stopped after at least one epoch can go on.");

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
        Func<TrainingState, TrainingState> begin, RunPlan plan, bool resumes, CancellationToken cancellationToken)
    {
        var (before, stop) = Claim(begin);
        changed.Raise();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
            var end = new EndObserver();
            var (trainer, epochs) = await composer.ComposeAsync(plan.Request, plan.Folder, resumes, end, either.Token);
            LogStarted(log, plan.Folder);
            ends.Forget(State.Run!);
            lock (_lock)
            {
                _state = _state with { Status = TrainingStatus.Running, NumEpochs = epochs };
                (_last, _run) = (plan, RunAsync(trainer, end, stop));
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

    private (TrainingState Before, CancellationTokenSource Stop) Claim(Func<TrainingState, TrainingState> begin)
    {
        lock (_lock)
        {
            if (_state.IsActive)
            {
                throw new StudioProblemException(
                    StatusCodes.Status409Conflict, "A run is under way.", $"{_state.Run} is training. Stop it, or wait until it is done.");
            }

            var before = _state;
            _state = begin(_state) with { Status = TrainingStatus.Starting };
            _stop = new CancellationTokenSource();
            return (before, _stop);
        }
    }

    private async Task RunAsync(IPolicyTrainer trainer, EndObserver observed, CancellationTokenSource stop)
    {
        await Task.Yield(); // the visitor who started it does not wait
        var run = State.Run!;
        var (end, adapter) = (default(TrainingEnd), default(string));
#pragma warning disable CA1031 // Nobody awaits a run: whatever ends it is shown on the page.
        try
        {
            await using (trainer)
            {
                end = await TrainAsync(trainer, observed, stop.Token);
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
        ends.Remember(run, new(end.Status, State.Epochs.Length, end.Reason));
        Change(state => state with { Status = end.Status, Reason = end.Reason, Adapter = adapter });
        stop.Dispose();
        LogEnded(log, run, end.Status, State.Epochs.Length);
    }

    private async Task<TrainingEnd> TrainAsync(IPolicyTrainer trainer, EndObserver observed, CancellationToken stop)
    {
        try
        {
            await foreach (var epoch in trainer.TrainAsync(new Steps(Show), stop))
            {
                Change(state => state with { Epochs = state.Epochs.Add(EpochPoint.Of(epoch)) });
            }

            return observed.End is { Outcome: RunOutcome.Stopped, Reason: var reason } ? new(TrainingStatus.Stopped, reason) : new(TrainingStatus.Finished);
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

    /// <summary>What was asked for, and where it is done.</summary>
    private sealed record RunPlan(TrainingRequest Request, string Folder);

    private readonly record struct TrainingEnd(TrainingStatus Status, string? Reason = null);

    /// <summary>Hands on steps at once, on the thread that makes them.</summary>
    private sealed class Steps(Action<DdpoProgress> report) : IProgress<DdpoProgress>
    {
        public void Report(DdpoProgress value) => report(value);
    }

    /// <summary>Keeps how the trainer says that it ended: a loop that is over may have been stopped by a rule.</summary>
    private sealed class EndObserver : IRunObserver
    {
        public RunEnd? End { get; private set; }

        public void OnEnd(RunEnd runEnd) => End = runEnd;
    }
}
