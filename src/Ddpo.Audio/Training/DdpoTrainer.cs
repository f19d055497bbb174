using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Schedulers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Training;

/// <summary>
/// Denoising diffusion policy optimisation, importance-sampling variant (Black et al. 2023; ddpo-pytorch, <c>scripts/train.py</c>).
/// Each denoising step is an action: sample, reward, advantage, update.
/// </summary>
internal sealed class DdpoTrainer : IPolicyTrainer
{
    private readonly DdpoSettings _settings;
    private readonly AudioLdm2Pipeline _pipeline;
    private readonly RewardScorer _scorer;
    private readonly PerPromptStatTracker? _tracker;
    private readonly RunDirectory? _run;
    private readonly ILogger _logger;
    private ITrainablePolicy? _policy;
    private DdimPolicy? _actions;
    private PolicyUpdater? _updater;
    private int _nextEpoch;
    private double _lastReward = double.NaN;
    private int _training;
    private bool _disposed;

    public DdpoTrainer(DdpoSettings settings)
    {
        _settings = settings;
        _pipeline = settings.Pipeline;
        _scorer = new RewardScorer(settings.Rewards);
        _tracker = settings.Training.PerPromptStatTracking is { } tracking
            ? new PerPromptStatTracker(tracking.BufferSize, tracking.MinCount)
            : null;
        _run = settings.Checkpoints.Directory is { } directory ? new RunDirectory(directory) : null;
        _logger = settings.LoggerFactory?.CreateLogger<DdpoTrainer>() ?? NullLogger<DdpoTrainer>.Instance;
    }

    public async IAsyncEnumerable<DdpoEpoch> TrainAsync(
        IProgress<DdpoProgress>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Interlocked.Exchange(ref _training, 1) == 1)
        {
            throw new InvalidOperationException("This trainer is training already. Wait for that loop to end, or build another trainer.");
        }

        try
        {
            await _pipeline.Worker.RunAsync(Prepare, cancellationToken).ConfigureAwait(false);
            while (_nextEpoch < _settings.Training.NumEpochs)
            {
                var epoch = await RunEpochAsync(_nextEpoch, progress, cancellationToken).ConfigureAwait(false);
                _nextEpoch++;
                _lastReward = epoch.Reward.Mean;
                await RecordAsync(epoch).ConfigureAwait(false);
                yield return epoch;
            }
        }
        finally
        {
            Volatile.Write(ref _training, 0);
        }
    }

    public Task<string> SaveAsync(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pipeline.Worker.RunAsync(
            () =>
            {
                Prepare();
                return _policy!.Save(directory);
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _pipeline.Worker.RunAsync(() =>
        {
            _updater?.Dispose();
            _actions?.Dispose();
            _policy?.Dispose();
        }).ConfigureAwait(false);
    }

    private async Task<DdpoEpoch> RunEpochAsync(int epoch, IProgress<DdpoProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new EpochReporter(progress, _settings, epoch, _lastReward);
        var batches = new List<DenoisingTrajectory>();
        try
        {
            // ---- 1. Sample, and score each batch as soon as it is there --------------------------------------------
            var clock = Stopwatch.StartNew();
            var prompts = _settings.Prompts.Draw(_settings.SamplesPerEpoch, _settings.Seed, (long)epoch * _settings.SamplesPerEpoch);
            var scores = new List<RewardScores>();
            var rewardSeconds = 0.0;
            foreach (var batchPrompts in prompts.Chunk(_settings.Sampling.BatchSize))
            {
                var (trajectory, clips) = await _pipeline.Worker.RunAsync(
                    () => SampleBatch(epoch, batches.Count, batchPrompts, report, cancellationToken), cancellationToken).ConfigureAwait(false);
                batches.Add(trajectory);

                // ---- 2. Reward ---------------------------------------------------------------------------------------
                var start = clock.Elapsed;
                scores.Add(await _scorer.ScoreAsync(clips, batchPrompts, cancellationToken).ConfigureAwait(false));
                rewardSeconds += (clock.Elapsed - start).TotalSeconds;
                report.Rewarded(batches.Count);
            }

            var rewards = RewardScores.Concat(scores);
            var samplingSeconds = clock.Elapsed.TotalSeconds - rewardSeconds;

            // ---- 3. Advantage ------------------------------------------------------------------------------------------
            var advantages = _tracker?.Update([.. prompts.Select(prompt => prompt.Text)], rewards.Total) ?? Advantages.Global(rewards.Total);

            // ---- 4. Update ---------------------------------------------------------------------------------------------
            clock.Restart();
            var update = await _pipeline.Worker.RunAsync(
                () => Update(epoch, batches, advantages, report, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new DdpoEpoch
            {
                Index = epoch,
                Reward = RewardStatistics.Of(rewards.Total),
                Rewards = rewards.Parts.ToDictionary(part => part.Key, part => RewardStatistics.Of(part.Value)),
                Loss = update.Loss,
                ApproxKl = update.ApproxKl,
                ClipFraction = update.ClipFraction,
                RatioMean = update.RatioMean,
                OnPolicyRatioError = update.OnPolicyRatioError,
                GradientNorm = update.GradientNorm,
                Updates = update.Updates,
                Seconds = new StageSeconds(samplingSeconds, rewardSeconds, clock.Elapsed.TotalSeconds),
            };
        }
        finally
        {
            // Not cancellable: the trajectories must go, whatever ended the epoch.
            await _pipeline.Worker.RunAsync(() => batches.ForEach(batch => batch.Dispose()), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Puts the trained part on the model. Here and not in the constructor, for it makes tensors.</summary>
    private void Prepare()
    {
        if (_policy is not null)
        {
            return;
        }

        _policy = _settings.Lora is { } lora
            ? new LoraPolicy(_pipeline.UNet, lora, Seeds.Derive(_settings.Seed, (long)Stream.Adapter))
            : new FullPolicy(_pipeline.UNet);
        _actions = new DdimPolicy(
            _pipeline.Scheduler.SetTimesteps(_settings.Sampling.NumInferenceSteps), _settings.Sampling.Eta, _pipeline.Device);
        _updater = new PolicyUpdater(
            _pipeline.Denoiser, _actions, _policy.Parameters, _settings.Sampling.GuidanceScale, _settings.Training);
    }

    private (DenoisingTrajectory Trajectory, IReadOnlyList<AudioClip> Clips) SampleBatch(
        int epoch, int batch, Prompt[] prompts, EpochReporter report, CancellationToken cancellationToken)
    {
        var options = _settings.Sampling;
        var geometry = _pipeline.Geometry(options.Duration);
        var seeds = prompts.Select((_, i) => Seeds.Derive(_settings.Seed, (long)Stream.Noise, epoch, (batch * options.BatchSize) + i));
        using var noise = new NoiseSource(seeds, geometry, _pipeline.Device);

        var sampler = new PolicySampler(_pipeline.Denoiser, _actions!, options.GuidanceScale);
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
        _updater!.Clear();
        for (var inner = 0; inner < _settings.Training.NumInnerEpochs; inner++)
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
                    _updater.Accumulate(batch, columns[j], accumulation, metrics);
                    report.Trained((((inner * order.Length) + position) * _settings.TrainingTimesteps) + j + 1);
                }

                if ((position + 1) % _settings.Training.GradientAccumulationSteps == 0)
                {
                    metrics.AddUpdate(_updater.Step());
                }
            }
        }

        return metrics.Summarize();
    }

    /// <summary>Each sample's own order of its timesteps: int64 [steps, count], a row for each training step.</summary>
    private Tensor TimestepOrder(int epoch, int inner, int firstSample, int count)
    {
        var orders = Enumerable.Range(firstSample, count).Select(
            sample => tensor(Seeds.Permutation(_settings.Sampling.NumInferenceSteps, SeedOf(Stream.TimestepOrder, epoch, inner, sample))));
        return stack([.. orders], 1).to(_pipeline.Device);
    }

    private async Task RecordAsync(DdpoEpoch epoch)
    {
        var tolerance = _settings.Training.ClipRange / 10;
        if (epoch.OnPolicyRatioError > tolerance)
        {
            TrainingLog.RatioOffPolicy(_logger, epoch.Index, epoch.OnPolicyRatioError, _settings.Training.ClipRange);
        }

        if (_run is null)
        {
            return;
        }

        _run.AppendMetrics(epoch);
        var done = epoch.Index + 1;
        if (done % _settings.Checkpoints.SaveEveryEpochs == 0 || done == _settings.Training.NumEpochs)
        {
            await SaveAsync(_run.EpochFolder(epoch.Index)).ConfigureAwait(false);
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
