using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime;

/// <summary>Whoever waits for a task on a window's thread gets its result: no await comes back to the caller's context.</summary>
public sealed class BlockedContextTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Clips_are_evaluated_while_a_window_waits()
    {
        for (var i = 0; i < 20; i++)
        {
            WaveFile.Write(_folder[$"{i:00}.wav"], new AudioClip(new float[] { 0.5f, -0.5f }, 8000));
        }

        // Takes its time, so that nothing is done at once.
        var reward = RewardFunction.From("late", async (clip, prompt, stop) =>
        {
            await Task.Delay(1, stop).ConfigureAwait(false);
            return clip.Frames;
        });
        var evaluator = new RewardEvaluator([reward, TrainerFixture.Energy], new() { BatchSize = 3, ReadAhead = 1 });
        var report = Wait(() => evaluator.EvaluateAsync(EvaluationSet.FromFolder(_folder.Root, "x")));
        Assert.Equal((20, 0), (report.Clips.Count, report.Failed));
        Assert.Equal(2, Wait(() => report.WriteCsvAsync(_folder["out"])).Count(path => path.EndsWith("_benchmark.csv", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_model_is_loaded_plays_is_trained_and_saved_while_a_window_waits()
    {
        var pipeline = Wait(() => AudioLdm2Pipeline.FromPretrainedAsync(TinyPipeline.Folder));
        var clips = Wait(() => pipeline.GenerateAsync(TinyPipeline.Request));
        Wait(() => Done(clips[0].SaveWaveAsync(_folder["clip.wav"])));
        Assert.Equal(clips[0].Frames, Wait(() => WaveFile.ReadAsync(_folder["clip.wav"])).Frames);

        var trainer = TrainerFixture.Builder(pipeline)
            .AddReward(RewardFunction.From("late", async (clip, prompt, stop) =>
            {
                await Task.Delay(1, stop).ConfigureAwait(false);
                return clip.Frames;
            }))
            .ConfigureValidation(o => o.EveryEpochs = 1)
            .ConfigureCheckpoints(o => (o.Directory, o.SaveSamplesEveryEpochs) = (_folder["run"], 1)).Build();
        var epochs = trainer.TrainAsync().GetAsyncEnumerator();
        Assert.True(Wait(() => epochs.MoveNextAsync().AsTask()));
        Assert.True(Wait(() => epochs.MoveNextAsync().AsTask()));
        Assert.False(Wait(() => epochs.MoveNextAsync().AsTask()));
        Wait(() => Done(epochs.DisposeAsync().AsTask()));
        var adapter = Wait(() => trainer.SaveAsync(_folder["adapter"]));
        Wait(() => Done(trainer.DisposeAsync().AsTask()));
        var applied = Wait(() => pipeline.ApplyLoraAsync(adapter));
        Wait(() => Done(applied.DisposeAsync().AsTask()));
        Wait(() => Done(pipeline.DisposeAsync().AsTask()));
    }

    private static T Wait<T>(Func<Task<T>> start) => BlockedContext.Wait(start, s_limit);

    private static async Task<bool> Done(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
