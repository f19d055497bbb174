namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>A reward's scores of a batch of clips.</summary>
/// <param name="load">Loads the reward.</param>
internal sealed class Scoring(Func<Task<IRewardFunction>> load) : IStage
{
    private readonly AudioClip[] _clips = ShortClips.Clips();
    private readonly Prompt[] _prompts = ShortClips.Prompts();
    private IRewardFunction? _reward;

    public string Case => $"fp32, {ShortClips.Name}";

    public async Task SetUpAsync() => _reward = await load();

    public Task RunAsync() => _reward!.ScoreAsync(_clips, _prompts);

    public ValueTask DisposeAsync() => _reward is IAsyncDisposable owner ? owner.DisposeAsync() : default;
}
