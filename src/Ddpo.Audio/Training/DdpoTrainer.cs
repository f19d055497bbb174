using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Training.Rewards;
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
    private readonly RewardSum _rewardSum;
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
        _scorer = new RewardScorer([.. settings.Rewards.Select(reward => reward.Function), .. settings.Metrics]);
        _rewardSum = new RewardSum(settings.Rewards);
        _tracker = settings.Training.PerPromptStatTracking is { } tracking
            ? new PerPromptStatTracker(tracking.BufferSize, tracking.MinCount)
            : null;
        _run = RunDirectory.Of(settings);
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
            // ---- 1. Sample ---------------------------------------------------------------------------------------------
            var clock = Stopwatch.StartNew();
            var prompts = _settings.Prompts.Draw(_settings.SamplesPerEpoch, _settings.Seed, (long)epoch * _settings.SamplesPerEpoch);
            using var kept = _run?.SampleFolder(epoch);
            await using var scoring = new EpochScoring(_scorer, _settings.Sampling.OverlapRewards, report, cancellationToken);
            foreach (var batchPrompts in prompts.Chunk(_settings.Sampling.BatchSize))
            {
                var (trajectory, clips) = await scoring.MeanwhileAsync(stop => _pipeline.Worker.RunAsync(
                    () => SampleBatch(epoch, batches.Count, batchPrompts, report, stop), stop)).ConfigureAwait(false);
                batches.Add(trajectory);

                // ---- 2. Reward: each batch while the next is sampled -------------------------------------------------
                await scoring.AddAsync(clips, batchPrompts).ConfigureAwait(false);
                kept?.Add(clips);
            }

            var scores = await scoring.CompleteAsync().ConfigureAwait(false);
            kept?.Complete(prompts, scores);
            var rewards = _rewardSum.Over(scores);
            var (sampled, waited) = (clock.Elapsed.TotalSeconds, scoring.Waited.TotalSeconds);

            // ---- 3. Advantage ------------------------------------------------------------------------------------------
            var advantages = _tracker?.Update([.. prompts.Select(prompt => prompt.Text)], rewards) ?? Advantages.Global(rewards);

            // ---- 4. Update ---------------------------------------------------------------------------------------------
            var update = await _pipeline.Worker.RunAsync(
                () => Update(epoch, batches, advantages, report, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new DdpoEpoch
            {
                Index = epoch,
                Reward = RewardStatistics.Of(rewards),
                Rewards = scores.Summarize(_settings.Rewards.Select(reward => reward.Function)),
                Metrics = scores.Summarize(_settings.Metrics),
                Loss = update.Loss,
                ApproxKl = update.ApproxKl,
                ClipFraction = update.ClipFraction,
                RatioMean = update.RatioMean,
                OnPolicyRatioError = update.OnPolicyRatioError,
                GradientNorm = update.GradientNorm,
                Updates = update.Updates,
                Seconds = new StageSeconds(sampled - waited, waited, clock.Elapsed.TotalSeconds - sampled),
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
            sample => tensor(Seeds.Permutation(_settings.TrainableTimesteps, SeedOf(Stream.TimestepOrder, epoch, inner, sample))));
        return stack([.. orders], 1).to(_pipeline.Device);
    }

    private async Task RecordAsync(DdpoEpoch epoch)
    {
        if (epoch.OnPolicyRatioError > _settings.Training.ClipRange / 10)
        {
            TrainingLog.RatioOffPolicy(_logger, epoch.Index, epoch.OnPolicyRatioError, _settings.Training.ClipRange);
        }

        _run?.AppendMetrics(epoch);
        if (_run?.WeightsFolder(epoch.Index) is { } folder)
        {
            await SaveAsync(folder).ConfigureAwait(false);
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
