using System.Collections.Concurrent;
using System.Diagnostics;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Diagnostics;

public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _stopped = [];
    private readonly ActivityListener _listener;

    public TracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DdpoDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_run_is_a_tree_of_epochs_and_their_stages()
    {
        using var folder = new TemporaryFolder();
        await TrainerFixture.RunAsync(builder => builder.ConfigureCheckpoints(options => options.Directory = folder["night"]));

        var run = Assert.Single(_stopped, activity => activity.OperationName == DdpoActivities.Train);
        Assert.Equal("night", run.GetTagItem(DdpoTags.Run));
        Assert.Equal(ActivityStatusCode.Unset, run.Status);
        var epochs = ChildrenOf(run, DdpoActivities.Epoch);
        Assert.Equal([0, 1], epochs.Select(epoch => epoch.GetTagItem(DdpoTags.Epoch)));
        Assert.All(epochs, epoch =>
        {
            Assert.Equal([4, 4], ChildrenOf(epoch, DdpoActivities.Sample).Select(batch => batch.GetTagItem(DdpoTags.Samples)));
            Assert.Equal(["energy", "energy"], ChildrenOf(epoch, DdpoActivities.Reward).Select(reward => reward.GetTagItem(DdpoTags.RewardName)));
            Assert.Single(ChildrenOf(epoch, DdpoActivities.Update));
        });
        Assert.Single(ChildrenOf(epochs[1], DdpoActivities.Checkpoint));
    }

    [Fact]
    public async Task A_caller_that_has_an_activity_is_the_parent_of_the_run_and_keeps_it()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await using var trainer = TrainerFixture.Builder(pipeline).Build();
        using var caller = new Activity("caller").Start();
        await foreach (var epoch in trainer.TrainAsync())
        {
            Assert.Same(caller, Activity.Current);
            Assert.Equal(epoch.Index + 1, _stopped.Count(activity => activity.OperationName == DdpoActivities.Epoch));
        }

        Assert.Same(caller, Activity.Current);
        var run = Assert.Single(_stopped, activity => activity.OperationName == DdpoActivities.Train);
        Assert.Equal(caller.SpanId, run.ParentSpanId);
        Assert.Equal(2, ChildrenOf(run, DdpoActivities.Epoch).Count);
    }

    [Fact]
    public async Task What_fails_has_the_status_error_and_what_is_above_it_too()
    {
        var failing = RewardFunction.FromBatch("failing", (_, _, _) => throw new InvalidOperationException("out of order"));
        await Assert.ThrowsAsync<RewardException>(() => TrainerFixture.RunAsync(builder => builder.AddReward(failing)));

        foreach (var name in new[] { DdpoActivities.Reward, DdpoActivities.Epoch, DdpoActivities.Train })
        {
            var failed = Assert.Single(_stopped, activity => activity.OperationName == name && activity.Status == ActivityStatusCode.Error);
            Assert.Contains("out of order", failed.StatusDescription, StringComparison.Ordinal);
            Assert.Equal(typeof(RewardException).FullName, failed.GetTagItem("error.type"));
        }
    }

    [Fact]
    public async Task Loading_and_generating_are_activities()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        Assert.Equal("tiny-audioldm2", Assert.Single(_stopped, activity => activity.OperationName == DdpoActivities.PipelineLoad).GetTagItem(DdpoTags.Model));

        await pipeline.GenerateAsync(TinyPipeline.Request with { Prompts = ["a", "b"] });
        Assert.Equal(2, Assert.Single(_stopped, activity => activity.OperationName == DdpoActivities.Generate).GetTagItem(DdpoTags.Samples));
    }

    private List<Activity> ChildrenOf(Activity parent, string name) =>
        [.. _stopped.Where(activity => activity.OperationName == name && activity.ParentSpanId == parent.SpanId)];
}
