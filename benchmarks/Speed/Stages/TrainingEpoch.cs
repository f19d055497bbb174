namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>An epoch of DDPO: 32 clips of 1.28 s are sampled in 5 steps, decoded, scored by CLAP, and learned from by a LoRA adapter of rank 8, as in the quickstart.</summary>
/// <param name="place">Where it is trained.</param>
/// <param name="timesteps">How many of the three that are learned from make a pass; with more than one, beside a pass of one.</param>
internal sealed class TrainingEpoch(Workplace place, int timesteps) : IStage
{
    private EpochRun? _run;
    private EpochRun? _reference;

    public string Case => "fp32, 32 clips of 1.28 s, 5 steps" + (timesteps > 1 ? $", {timesteps} timesteps in a pass" : "");

    public string? Reference => timesteps > 1 ? "one in a pass" : null;

    public async Task SetUpAsync()
    {
        _run = await EpochRun.StartAsync(place, timesteps);
        _reference = timesteps > 1 ? await EpochRun.StartAsync(place, 1) : null;
    }

    public Task RunAsync() => _run!.NextAsync();

    public Task RunReferenceAsync() => _reference!.NextAsync();

    public async ValueTask DisposeAsync()
    {
        await (_run?.DisposeAsync() ?? default);
        await (_reference?.DisposeAsync() ?? default);
    }
}
