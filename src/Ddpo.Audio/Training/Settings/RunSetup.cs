using Ddpo.Audio.Runtime;
using Ddpo.Audio.Training.Rollouts;
using Ddpo.Audio.Training.Sharing;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Settings;

/// <summary>Everything a trainer was built with: valid, and frozen.</summary>
/// <param name="Pipeline">What generates.</param>
/// <param name="Diffusion">What is trained of it.</param>
/// <param name="Options">All settings.</param>
/// <param name="Prompts">Where prompts are drawn from.</param>
/// <param name="PromptOptions">What the prompts were made of in a container; <see langword="null"/> when code gave them.</param>
/// <param name="Origins">What a container's settings say of the rewards that it made.</param>
/// <param name="RewardsOff">The rewards that a container's settings turn off.</param>
/// <param name="Rewards">What is trained on.</param>
/// <param name="Metrics">What is only measured.</param>
/// <param name="Algorithm">What improves the model.</param>
/// <param name="Observers">The user's, who are told of the run.</param>
/// <param name="Seed">Decides everything random.</param>
/// <param name="SeedIsDrawn">Whether nobody asked for this seed.</param>
/// <param name="LoggerFactory">Where log messages go.</param>
/// <param name="Ranks">Who trains together.</param>
internal sealed record RunSetup(
    IDiffusionPipeline Pipeline,
    ITrainableDiffusion Diffusion,
    DdpoOptions Options,
    PromptSource Prompts,
    DdpoPromptOptions? PromptOptions,
    IReadOnlyDictionary<IRewardFunction, RewardOrigin> Origins,
    IReadOnlyList<string> RewardsOff,
    IReadOnlyList<WeightedReward> Rewards,
    IReadOnlyList<IRewardFunction> Metrics,
    ITrainingAlgorithm Algorithm,
    IReadOnlyList<IRunObserver> Observers,
    ulong Seed,
    bool SeedIsDrawn,
    ILoggerFactory? LoggerFactory,
    RankGroup Ranks)
{
    /// <summary>Which samples of a batch are this rank's.</summary>
    public BatchShare Share { get; } = new(Ranks.Rank, Ranks.Size, Options.Sampling.BatchSize, Options.Training.BatchSizeFor(Options.Sampling));

    /// <summary>Samples in an epoch.</summary>
    public int SamplesPerEpoch => Options.Sampling.BatchSize * Options.Sampling.NumBatchesPerEpoch;

    /// <summary>Updates in all epochs, when none is left out.</summary>
    public long Updates => (long)Options.Training.NumEpochs * Algorithm.UpdatesPerEpoch(Options);

    /// <summary>Whether the clips of an epoch (from 0) are kept; the same on all ranks, of which the first keeps them.</summary>
    public bool KeepsSamples(int epoch) => Options.Checkpoints.SaveSamplesEveryEpochs is > 0 and var every
        && ((epoch + 1) % every == 0 || epoch + 1 == Options.Training.NumEpochs);

    /// <summary>Rewards and metrics.</summary>
    public IReadOnlyList<IRewardFunction> Functions => [.. Rewards.Select(reward => reward.Function), .. Metrics];

    /// <summary>Decides the first values of new adapters.</summary>
    public ulong AdapterSeed => Seeds.Derive(Seed, (long)SeedStream.Adapter);

    /// <summary>Decides the noise of a sample.</summary>
    public ulong NoiseSeed(int epoch, int sample) => Seeds.Derive(Seed, (long)SeedStream.Noise, epoch, sample);

    /// <summary>A seed that follows from the run's and from what it is for, so that nothing of it has to be saved.</summary>
    public ulong SeedOf(SeedStream stream, params ReadOnlySpan<long> position) => Seeds.Derive(Seeds.Derive(Seed, (long)stream), position);
}

/// <summary>What a derived seed is for; the run's own seed draws the prompts.</summary>
internal enum SeedStream
{
    /// <summary>The first values of new adapters.</summary>
    Adapter,

    /// <summary>A sample's noise: (epoch, sample).</summary>
    Noise,

    /// <summary>The order of training batches: (epoch, pass).</summary>
    BatchOrder,

    /// <summary>The order of a sample's timesteps: (epoch, pass, sample).</summary>
    TimestepOrder,

    /// <summary>Where the window of noisy steps lies: (epoch).</summary>
    SdeWindow,

    /// <summary>The noise that is added to a sample's clean latents: (epoch, update, sample, draw).</summary>
    AddedNoise,

    /// <summary>The timesteps to which noise is added: (epoch, update, sample), and with a draw behind that, where in its part of them.</summary>
    AddedNoiseTimestep,
}
