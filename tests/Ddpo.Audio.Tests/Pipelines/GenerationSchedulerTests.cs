using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

/// <summary>Which scheduler generates, and at which timesteps it is guided.</summary>
public sealed class GenerationSchedulerTests
{
    private static readonly AudioRequest s_guided = TinyPipeline.Request with { NumInferenceSteps = 4, GuidanceScale = 5 };

    [Fact]
    public async Task A_request_or_else_the_checkpoint_chooses_the_scheduler()
    {
        using var folder = TemporaryFolder.CopyOf(TinyPipeline.Folder);
        foreach (var file in new[] { "model_index.json", Path.Combine("scheduler", "scheduler_config.json") })
        {
            folder.Write(file, File.ReadAllText(folder[file]).Replace("DDIMScheduler", "DPMSolverMultistepScheduler", StringComparison.Ordinal));
        }

        await using var ddimPipeline = await TinyPipeline.LoadAsync();
        await using var dpmPipeline = await AudioLdm2Pipeline.FromPretrainedAsync(folder.Root);
        var ddim = await TinyPipeline.ListenAsync(ddimPipeline, s_guided);
        var dpm = await TinyPipeline.ListenAsync(dpmPipeline, s_guided);

        Assert.NotEqual(ddim, dpm);
        Assert.Equal(ddim, await TinyPipeline.ListenAsync(ddimPipeline, s_guided with { Scheduler = AudioScheduler.Ddim }));
        Assert.Equal(ddim, await TinyPipeline.ListenAsync(dpmPipeline, s_guided with { Scheduler = AudioScheduler.Ddim }));
        Assert.Equal(dpm, await TinyPipeline.ListenAsync(ddimPipeline, s_guided with { Scheduler = AudioScheduler.DpmSolver }));
        Assert.NotEqual(dpm, await TinyPipeline.ListenAsync(ddimPipeline, s_guided with { Scheduler = new DpmSolverMultistep { UseKarrasSigmas = true } }));
    }

    [Fact]
    public async Task Guidance_is_given_inside_its_interval_only()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var timesteps = pipeline.Scheduler.SetTimesteps(4).Timesteps;
        var everywhere = await TinyPipeline.ListenAsync(pipeline, s_guided);
        var nowhere = await TinyPipeline.ListenAsync(pipeline, s_guided with { GuidanceScale = 1 });
        var middle = await TinyPipeline.ListenAsync(pipeline, s_guided with { GuidanceInterval = new(timesteps[2], timesteps[1]) });

        Assert.Equal(everywhere, await TinyPipeline.ListenAsync(pipeline, s_guided with { GuidanceInterval = new(timesteps[^1], timesteps[0]) }));
        Assert.Equal(nowhere, await TinyPipeline.ListenAsync(pipeline, s_guided with { GuidanceInterval = new(timesteps[0] + 1, long.MaxValue) }));
        Assert.NotEqual(everywhere, middle);
        Assert.NotEqual(nowhere, middle);
    }

    [Fact]
    public async Task Many_clips_are_decoded_in_pieces_with_the_same_result()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        await pipeline.Worker.RunAsync(() =>
        {
            var geometry = pipeline.Geometry(TinyPipeline.Request.Duration);
            using var generator = new Generator(3);
            var latents = randn(geometry.BatchShape(5), generator: generator);
            var whole = pipeline.DecodeLatents(latents, geometry);
            var pieces = pipeline.DecodeLatents(latents, geometry, mostBytes: 1);
            Assert.Equal(whole.shape, pieces.shape);
            TinyPipeline.AssertSame(whole.data<float>().ToArray(), pieces.data<float>().ToArray());
        });
    }

    [Fact]
    public async Task Steps_leave_no_tensors_behind()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var request = TinyPipeline.Request with { NumInferenceSteps = 6, Scheduler = new DpmSolverMultistep { SolverOrder = 3 } };
        await LiveTensors.AssertFlatAsync(() => pipeline.GenerateAsync(request), times: 5);
    }
}
