using Ddpo.Audio.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Ddpo.Audio.Tests.Hosting;

public sealed class KeyedRewardTests
{
    private static readonly AudioClip[] s_clips = [new(new float[] { 1, 2 }, 16000)];
    private static readonly Prompt[] s_prompts = ["a calm piano"];

    [Fact]
    public async Task Rewards_are_found_by_their_names()
    {
        var services = new ServiceCollection();
        var other = RewardFunction.From("other", (_, _) => 3);
        services.AddKeyedSingleton<IRewardFunction>("mine", (_, _) => RewardFunction.From("mine", (_, _) => 2));
        services.AddDdpoAudio()
            .AddReward(TrainerFixture.Energy)
            .AddReward("mine")
            .AddReward("loaded", (_, _) => Task.FromResult(other))
            .AddMetric(RewardFunction.From("metric", (_, _) => 4));
        await using var provider = services.BuildServiceProvider();

        Assert.Same(TrainerFixture.Energy, provider.GetRequiredKeyedService<IRewardFunction>("energy"));
        Assert.Equal(5, await ScoreAsync("energy"));
        Assert.Equal(2, await ScoreAsync("mine"));
        Assert.Equal(3, await ScoreAsync("loaded"));
        Assert.Equal(4, await ScoreAsync("metric"));

        async Task<float> ScoreAsync(string name)
        {
            var reward = provider.GetRequiredKeyedService<IRewardFunction>(name);
            Assert.Equal(name, reward.Name);
            return Assert.Single(await reward.ScoreAsync(s_clips, s_prompts));
        }
    }

    [Fact]
    public async Task A_reward_is_loaded_once_for_all_who_need_it_and_disposed_with_the_container()
    {
        var (loads, gate) = (0, new TaskCompletionSource<IRewardFunction>(TaskCreationOptions.RunContinuationsAsynchronously));
        var reward = new WatchedReward();
        await using (var provider = Provide((_, _) =>
        {
            loads++;
            return gate.Task;
        }))
        {
            var deferred = provider.GetRequiredKeyedService<IRewardFunction>("slow");
            var scores = Enumerable.Range(0, 5).Select(_ => deferred.ScoreAsync(s_clips, s_prompts)).ToList();
            Assert.All(scores, score => Assert.False(score.IsCompleted));
            gate.SetResult(reward);
            await Task.WhenAll(scores);
            Assert.Equal((1, 5, false), (loads, reward.Calls, reward.IsDisposed));
        }

        Assert.True(reward.IsDisposed);
    }

    [Fact]
    public async Task One_who_stops_waiting_leaves_the_loading_to_the_others()
    {
        var gate = new TaskCompletionSource<IRewardFunction>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = Provide((_, _) => gate.Task);
        var deferred = provider.GetRequiredKeyedService<IRewardFunction>("slow");
        using var cancel = new CancellationTokenSource();
        var impatient = deferred.ScoreAsync(s_clips, s_prompts, cancel.Token);
        var patient = deferred.ScoreAsync(s_clips, s_prompts);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult(new WatchedReward());
        Assert.Equal(1, Assert.Single(await patient));
    }

    [Fact]
    public async Task A_load_that_failed_is_tried_again()
    {
        var loads = 0;
        await using var provider = Provide((_, _) =>
            loads++ == 0 ? throw new IOException("The disk is away.") : Task.FromResult<IRewardFunction>(new WatchedReward()));
        var deferred = provider.GetRequiredKeyedService<IRewardFunction>("slow");

        await Assert.ThrowsAsync<IOException>(() => deferred.ScoreAsync(s_clips, s_prompts));
        Assert.Equal(1, Assert.Single(await deferred.ScoreAsync(s_clips, s_prompts)));
    }

    [Fact]
    public async Task A_container_that_is_disposed_while_loading_stops_the_loading()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var provider = Provide(async (_, stop) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return new WatchedReward();
        });
        var deferred = provider.GetRequiredKeyedService<IRewardFunction>("slow");
        var waiting = deferred.ScoreAsync(s_clips, s_prompts);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(2));

        provider.Dispose(); // synchronously, which a container refuses for services that are only IAsyncDisposable

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => deferred.ScoreAsync(s_clips, s_prompts));
    }

    private static ServiceProvider Provide(Func<IServiceProvider, CancellationToken, Task<IRewardFunction>> load)
    {
        var services = new ServiceCollection();
        services.AddDdpoAudio().AddReward("slow", load);
        return services.BuildServiceProvider();
    }
}
