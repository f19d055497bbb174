using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Reports;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Policy;
using Ddpo.Audio.Training.Rewards;
using Ddpo.Audio.Training.Runs;
using Ddpo.Audio.Training.Settings;
using Ddpo.Audio.Training.Stopping;
using Ddpo.Audio.Training.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Training;

/// <summary>
/// Denoising diffusion policy optimisation, importance-sampling variant (Black et al. 2023; ddpo-pytorch, <c>scripts/train.py</c>).
/// Each denoising step is an action: sample, reward, advantage, update.
/// </summary>
internal sealed class DdpoTrainer : IPolicyTrainer
{
    private readonly AudioLdm2Pipeline _pipeline;
    private readonly RewardScorer _scorer;
    private readonly RunDirectory? _run;
    private readonly ILogger _logger;
    private readonly StoppableWork _work = new();
    private DdpoSettings _settings;
    private JsonObject? _description;
    private PolicyLearner? _learner;
    private RewardSum _rewardSum;
    private PerPromptStatTracker? _tracker;
    private StoppingRules _rules;
    private int _epochs;
    private double _lastReward = double.NaN;
    private RunState? _ended;
    private ValidationSampler? _validation;
    private bool _training;

    public DdpoTrainer(DdpoSettings settings)
    {
        _settings = settings;
        _pipeline = settings.Pipeline;
        _logger = settings.LoggerFactory?.CreateLogger<DdpoTrainer>() ?? NullLogger<DdpoTrainer>.Instance;
        _scorer = new RewardScorer(
            [.. settings.Rewards.Select(reward => reward.Function), .. settings.Metrics], settings.RewardFailures, _logger);
        _rewardSum = new RewardSum(settings.Rewards);
        _tracker = Tracker(null);
        _rules = new StoppingRules(settings.Stopping, []);
        _run = RunDirectory.Of(settings, _logger);
    }

    public async IAsyncEnumerable<DdpoEpoch> TrainAsync(
        IProgress<DdpoProgress>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _work.ThrowIfEnded();
        if (Interlocked.Exchange(ref _training, true))
        {
            throw new InvalidOperationException("This trainer is training already. Wait for that loop to end, or build another trainer.");
        }

        var isLeft = false;
        _ended = null;
        try
        {
            await WorkAsync(stop => _pipeline.Worker.RunAsync(Prepare, stop), cancellationToken).ConfigureAwait(false);
            using var telemetry = new TrainingTelemetry(_settings, _logger, _epochs);
            for (DdpoEpoch? epoch = null; epoch?.StopReason is null && _epochs < _settings.Training.NumEpochs;)
            {
                await WorkAsync(stop => ValidateAsync(isLast: false, stop), cancellationToken).ConfigureAwait(false);
                await WorkAsync(
                    async stop => epoch = await telemetry.EpochAsync(_epochs, () => RunEpochAsync(_epochs, progress, stop)).ConfigureAwait(false),
                    cancellationToken).ConfigureAwait(false);
                telemetry.Done(epoch!);
                _ended = epoch!.StopReason is { } reason ? RunState.Stopped(reason) : null;
                isLeft = true; // unless the caller comes back for more
                yield return epoch;
                isLeft = false;
            }

            await WorkAsync(stop => ValidateAsync(isLast: true, stop), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _run?.End(_ended ?? (_epochs >= _settings.Training.NumEpochs ? RunState.Finished
                : RunState.Stopped("the program took no further epoch")));
            await KeepWholeEpochsAsync(canThrow: isLeft).ConfigureAwait(false);
            Volatile.Write(ref _training, false);
        }
    }

    public Task<string> SaveAsync(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _work.ThrowIfEnded();
        return _pipeline.Worker.RunAsync(
            () =>
            {
                Prepare();
                return _learner!.Save(directory);
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync() => await _work.EndAsync(async () =>
    {
        await KeepWholeEpochsAsync(canThrow: false).ConfigureAwait(false);
        _run?.Dispose();
        await FreeAsync(() => _learner?.Dispose()).ConfigureAwait(false);
    }).ConfigureAwait(false);

    /// <summary>Does a piece of the training, and keeps in mind how it ended when it did not end well.</summary>
    private async Task WorkAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await _work.RunAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _ended = exception is OperationCanceledException or ObjectDisposedException ? RunState.Stopped("cancelled") : RunState.Failed(exception.Message);
            throw;
        }
    }

    /// <summary>Makes the clips by which one hears what training does, when they are due. Between epochs: they are not part of any.</summary>
    private async Task ValidateAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (_run?.ValidationFolder(_epochs, isLast) is { } folder)
        {
            _validation ??= new ValidationSampler(_settings, _logger);
            _run.Record(await _validation.MakeAsync(_epochs, folder, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>An epoch happens whole or not at all: when it fails or is cancelled, the next one is the same epoch again, bit for bit.</summary>
    private async Task<DdpoEpoch> RunEpochAsync(int index, IProgress<DdpoProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new EpochReporter(progress, _settings, index, _lastReward);
        var batches = new List<DenoisingTrajectory>();
        try
        {
            // ---- 1. Sample ---------------------------------------------------------------------------------------------
            var clock = Stopwatch.StartNew();
            var prompts = _settings.Prompts.Draw(_settings.SamplesPerEpoch, _settings.Seed, (long)index * _settings.SamplesPerEpoch);
            using var kept = _run?.SampleFolder(index);
            await using var scoring = new EpochScoring(_scorer, _settings.Sampling.OverlapRewards, report, cancellationToken);
            foreach (var batchPrompts in prompts.Chunk(_settings.Sampling.BatchSize))
            {
                var (trajectory, clips) = await scoring.MeanwhileAsync(stop => Tracing.RunAsync(
                    DdpoActivities.Sample,
                    () => _pipeline.Worker.RunAsync(() => SampleBatch(index, batches.Count, batchPrompts, report, stop), stop),
                    (DdpoTags.Samples, batchPrompts.Length))).ConfigureAwait(false);
                batches.Add(trajectory);

                // ---- 2. Reward: each batch while the next is sampled -------------------------------------------------
                await scoring.AddAsync(clips, batchPrompts).ConfigureAwait(false);
                kept?.Add(clips);
            }

            var scores = await scoring.CompleteAsync().ConfigureAwait(false);
            kept?.Complete(prompts, scores);
            var rewardSum = _rewardSum.Copy();
            var rewards = rewardSum.Over(scores);
            float[] usable = [.. rewards.Where(float.IsFinite)];
            ThrowIfTooFew(usable.Length, rewards.Length);
            var (sampled, waited) = (clock.Elapsed.TotalSeconds, scoring.Waited.TotalSeconds);

            // ---- 3. Advantage ------------------------------------------------------------------------------------------
            var tracker = _tracker?.Copy();
            var advantages = Advantages.Of(rewards, prompts, tracker);

            // ---- 4. Update ---------------------------------------------------------------------------------------------
            var update = await Tracing.RunAsync(DdpoActivities.Update, () => _pipeline.Worker.RunAsync(
                () => _learner!.AllOrNothing(() => Update(index, batches, advantages, report, cancellationToken)), cancellationToken)).ConfigureAwait(false);
            var epoch = new DdpoEpoch
            {
                Index = index,
                Reward = RewardStatistics.Of(usable),
                Rewards = scores.Summarize(_settings.Rewards.Select(reward => reward.Function)),
                Metrics = scores.Summarize(_settings.Metrics),
                Loss = update.Loss,
                ApproxKl = update.ApproxKl,
                ClipFraction = update.ClipFraction,
                RatioMean = update.RatioMean,
                OnPolicyRatioError = update.OnPolicyRatioError,
                GradientNorm = update.GradientNorm,
                Updates = update.Updates,
                SkippedUpdates = update.SkippedUpdates,
                DroppedSamples = rewards.Length - usable.Length,
                Seconds = new StageSeconds(sampled - waited, waited, clock.Elapsed.TotalSeconds - sampled),
            };

            // ---- 5. Record ---------------------------------------------------------------------------------------------
            epoch = epoch with { StopReason = _rules.Judge(epoch) };
            (_rewardSum, _tracker, _epochs, _lastReward) = (rewardSum, tracker, index + 1, epoch.Reward.Mean);
            await RecordAsync(epoch).ConfigureAwait(false);
            return epoch;
        }
        finally
        {
            await FreeAsync(() => batches.ForEach(batch => batch.Dispose())).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the trained part on the model, new or from a checkpoint. Here and not in the constructor, for it makes tensors and reads files.</summary>
    private void Prepare()
    {
        _work.ThrowIfEnded();
        if (_learner is not null)
        {
            return;
        }

        var from = ResumePoint.Find(_settings.Checkpoints, _logger);
        if (from is not null && _settings.SeedIsDrawn)
        {
            _settings = _settings with { Seed = from.State.Seed };
        }

        _description = RunSettings.ToCompare(_settings);
        if (from is not null)
        {
            SettingsComparison.RequireSame(from.Folder, from.State.Settings, _description);
        }

        _run?.Start(RunSettings.Of(_settings), from);
        _learner = PolicyLearner.Create(_settings, Seeds.Derive(_settings.Seed, (long)Stream.Adapter), from?.Folder);
        if (from is not null)
        {
            _rewardSum = new RewardSum(_settings.Rewards, from.State.RewardMoments);
            _tracker = Tracker(from.State.PromptRewards);
            _rules = new StoppingRules(_settings.Stopping, from.History);
            _learner.Updater.SkippedInARow = from.State.SkippedInARow;
            (_epochs, _lastReward) = (from.State.Epochs, from.History[^1].Reward.Mean);
            Log.Resumed(_logger, _epochs, from.Folder);
        }
    }

    private PerPromptStatTracker? Tracker(IReadOnlyDictionary<string, float[]>? remembered) =>
        _settings.Ddpo.PerPromptStatTracking is { } tracking
            ? new PerPromptStatTracker(tracking.BufferSize, tracking.MinCount, remembered)
            : null;

    private void ThrowIfTooFew(int usable, int all)
    {
        if (usable == 0 || all - usable > _settings.RewardFailures.MaxDroppedFraction * all)
        {
            throw new RewardException(string.Create(
                CultureInfo.InvariantCulture,
                $"Rewards failed on {all - usable} of the {all} samples of an epoch; expected at most a share of "
                + $"{_settings.RewardFailures.MaxDroppedFraction} (MaxDroppedFraction), and one sample to train on. The log says why they failed."));
        }
    }

    private (DenoisingTrajectory Trajectory, IReadOnlyList<AudioClip> Clips) SampleBatch(
        int epoch, int batch, Prompt[] prompts, EpochReporter report, CancellationToken cancellationToken)
    {
        var options = _settings.Sampling;
        var geometry = _pipeline.Geometry(options.Duration);
        var seeds = prompts.Select((_, i) => Seeds.Derive(_settings.Seed, (long)Stream.Noise, epoch, (batch * options.BatchSize) + i));
        using var noise = new NoiseSource(seeds, geometry, _pipeline.Device);

        var sampler = new PolicySampler(_pipeline.Denoiser, _learner!.Actions, options.GuidanceScale);
        var embeddings = _pipeline.EncodePrompts(prompts, options.NegativePrompt, _settings.GuidedSampling);
        var trajectory = sampler.Sample(embeddings, noise.Next, step => report.Sampled(batch, step), cancellationToken);
        try
        {
            return (trajectory, _pipeline.DecodeLatents(trajectory.FinalLatents, geometry));
        }
        catch
        {
            trajectory.Dispose();
            throw;
        }
    }

    private UpdateSummary Update(
        int epoch, List<DenoisingTrajectory> trajectories, float[] advantages, EpochReporter report, CancellationToken cancellationToken)
    {
        var (sampled, size) = (_settings.Sampling.BatchSize, _settings.TrainingBatchSize);
        var accumulation = (long)_settings.Training.GradientAccumulationSteps * _settings.TrainingTimesteps;
        using var metrics = new UpdateMetrics(_pipeline.Device);
        var updater = _learner!.Updater;
        updater.Clear();
        for (var inner = 0; inner < _settings.Ddpo.NumInnerEpochs; inner++)
        {
            // Whole training batches are shuffled, not samples: see TrainingBatch.
            var order = Seeds.Permutation(_settings.TrainingBatchesPerEpoch, SeedOf(Stream.BatchOrder, epoch, inner));
            for (var position = 0; position < order.Length; position++)
            {
                using var scope = NewDisposeScope();
                var first = (int)order[position] * size;
                var batchAdvantages = tensor(advantages[(first / sampled * sampled)..][..sampled], device: _pipeline.Device);
                var trajectory = trajectories[first / sampled];
                var rows = trajectory.Embeddings.Rows(first % sampled, size);
                var text = _pipeline.Denoiser.Prepare(_settings.GuidedTraining ? rows.ForUNet() : rows.Positive);
                var batch = new TrainingBatch(trajectory, first % sampled, size, batchAdvantages, text);
                var columns = TimestepOrder(epoch, inner, first, size);
                for (var j = 0; j < _settings.TrainingTimesteps; j++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var step = NewDisposeScope();
                    updater.Accumulate(batch, columns[j], accumulation, metrics);
                    report.Trained((((inner * order.Length) + position) * _settings.TrainingTimesteps) + j + 1);
                }

                if ((position + 1) % _settings.Training.GradientAccumulationSteps == 0)
                {
                    metrics.AddUpdate(updater.Step());
                }
            }
        }

        return metrics.Summarize();
    }

    /// <summary>Each sample's own order of its timesteps: int64 [steps, count], a row for each training step.</summary>
    private Tensor TimestepOrder(int epoch, int inner, int firstSample, int count)
    {
        var orders = Enumerable.Range(firstSample, count).Select(
            sample => tensor(Seeds.Permutation(_settings.TrainableTimesteps, SeedOf(Stream.TimestepOrder, epoch, inner, sample))));
        return stack([.. orders], 1).to(_pipeline.Device);
    }

    private async Task RecordAsync(DdpoEpoch epoch)
    {
        if (epoch.OnPolicyRatioError > _settings.Ddpo.ClipRange / 10)
        {
            Log.RatioOffPolicy(_logger, epoch.Index, epoch.OnPolicyRatioError, _settings.Ddpo.ClipRange);
        }

        if (epoch.SkippedUpdates > 0)
        {
            Log.UpdatesSkipped(_logger, epoch.Index, epoch.SkippedUpdates);
        }

        _run?.Record(epoch);
        if (_run?.IsCheckpointDue(epoch.Index) == true)
        {
            await Tracing.RunAsync(DdpoActivities.Checkpoint, () => _pipeline.Worker.RunAsync(SaveCheckpoint)).ConfigureAwait(false);
        }
    }

    /// <summary>Whatever ended the training, it can go on after its last whole epoch.</summary>
    private async Task KeepWholeEpochsAsync(bool canThrow)
    {
        if (_run is null || _learner is null || _run.SavedEpochs >= _epochs)
        {
            return;
        }

        try
        {
            await _pipeline.Worker.RunAsync(SaveCheckpoint).ConfigureAwait(false);
        }
        catch (Exception exception) when (!canThrow && exception is IOException or ObjectDisposedException)
        {
            Log.LastEpochsNotSaved(_logger, _epochs - _run.SavedEpochs, exception);
        }
    }

    private void SaveCheckpoint() => _run!.Save(
        new TrainerState(
            _epochs, _settings.Seed, _learner!.Updater.SkippedInARow, _tracker?.Remembered, _rewardSum.Moments, _description!),
        _learner.SaveAll);

    /// <summary>Frees tensors, whatever has happened, on the pipeline's thread; here when the pipeline is gone, and its thread with it.</summary>
    private async Task FreeAsync(Action free)
    {
        try
        {
            await _pipeline.Worker.RunAsync(free).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            free();
        }
    }

    private ulong SeedOf(Stream stream, params ReadOnlySpan<long> position) =>
        Seeds.Derive(Seeds.Derive(_settings.Seed, (long)stream), position);

    /// <summary>What a derived seed is for; the run's own seed draws the prompts.</summary>
    private enum Stream
    {
        Adapter,
        Noise,
        BatchOrder,
        TimestepOrder,
    }
}
