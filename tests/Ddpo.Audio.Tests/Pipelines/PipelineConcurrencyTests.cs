using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class PipelineConcurrencyTests
{
    [Fact]
    public async Task Progress_is_reported_after_every_step_in_order()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var reports = new List<DenoisingProgress>();
        await pipeline.GenerateAsync(
            TinyPipeline.Request with { NumInferenceSteps = 5 }, new ProgressAction<DenoisingProgress>(reports.Add));
        Assert.Equal(Enumerable.Range(1, 5).Select(step => new DenoisingProgress(step, 5)), reports);
    }

    [Fact]
    public async Task Cancellation_is_seen_within_one_step_and_the_pipeline_works_on()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var before = await TinyPipeline.ListenAsync(pipeline);
        using var cancel = new CancellationTokenSource();
        var steps = new List<int>();
        var progress = new ProgressAction<DenoisingProgress>(at =>
        {
            steps.Add(at.Step);
            if (at.Step == 2)
            {
                cancel.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => pipeline.GenerateAsync(TinyPipeline.Request with { NumInferenceSteps = 100 }, progress, cancel.Token));
        Assert.Equal([1, 2], steps);
        Assert.Equal(before, await TinyPipeline.ListenAsync(pipeline));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_the_queue_never_starts()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        using var cancel = new CancellationTokenSource();
        var started = 0;
        var first = pipeline.GenerateAsync(TinyPipeline.Request, new ProgressAction<DenoisingProgress>(_ => cancel.Cancel()));
        var second = pipeline.GenerateAsync(TinyPipeline.Request, new ProgressAction<DenoisingProgress>(_ => started++), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Single(await first);
        Assert.Equal(0, started);
    }

    [Fact]
    public async Task Calls_from_many_threads_are_queued_and_each_gets_its_own_clip()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var requests = Enumerable.Range(0, 8).Select(seed => TinyPipeline.Request with { Seed = (ulong)seed }).ToArray();
        var together = await Task.WhenAll(
            requests.Select(request => Task.Run(() => TinyPipeline.ListenAsync(pipeline, request))));
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(await TinyPipeline.ListenAsync(pipeline, requests[i]), together[i]);
        }
    }

    [Fact]
    public async Task A_progress_callback_that_throws_fails_its_own_call_only()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => pipeline.GenerateAsync(
            TinyPipeline.Request, new ProgressAction<DenoisingProgress>(_ => throw new InvalidDataException())));
        Assert.NotEmpty(await pipeline.GenerateAsync(TinyPipeline.Request));
    }

    [Fact]
    public async Task Disposal_waits_for_queued_work_and_ends_the_pipelines_use()
    {
        var pipeline = await TinyPipeline.LoadAsync();
        var steps = 0;
        var queued = pipeline.GenerateAsync(TinyPipeline.Request, new ProgressAction<DenoisingProgress>(_ => steps++));
        await pipeline.DisposeAsync();
        await pipeline.DisposeAsync();
        Assert.Equal(TinyPipeline.Request.NumInferenceSteps, steps);
        Assert.Single(await queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.GenerateAsync(TinyPipeline.Request));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.ApplyLoraAsync("adapter"));
    }

    [Fact]
    public async Task A_call_that_races_with_disposal_works_or_is_refused()
    {
        for (var i = 0; i < 5; i++)
        {
            var pipeline = await TinyPipeline.LoadAsync();
            var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                try
                {
                    Assert.NotEmpty(await pipeline.GenerateAsync(TinyPipeline.Request with { NumInferenceSteps = 1 }));
                }
                catch (ObjectDisposedException)
                {
                }
            })).ToArray();
            await pipeline.DisposeAsync();
            await Task.WhenAll(calls);
        }
    }
}
