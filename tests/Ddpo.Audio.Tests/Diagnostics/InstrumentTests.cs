using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Diagnostics;

public sealed class InstrumentTests
{
    private const int Steps = 3;

    [Fact]
    public async Task An_epoch_is_measured_as_its_record_says()
    {
        using var folder = new TemporaryFolder();
        using var measurements = new Measurements();
        var metric = RewardFunction.From("length", (clip, _) => clip.Frames);
        var (epochs, _) = await TrainerFixture.RunAsync(builder => builder
            .AddMetric(metric).ConfigureCheckpoints(options => options.Directory = folder["night"]));

        Equal(DdpoInstruments.ApproxKl, epoch => epoch[PolicyGradientMeasurements.ApproxKl]);
        Equal(DdpoInstruments.ClipFraction, epoch => epoch[PolicyGradientMeasurements.ClipFraction]);
        Equal(DdpoInstruments.GradientNorm, epoch => epoch.GradientNorm);
        Equal(DdpoInstruments.Loss, epoch => epoch.Loss);
        Equal(DdpoInstruments.Samples, epoch => epoch.Reward.Count);
        Equal(DdpoInstruments.Updates, epoch => epoch.Updates);
        Equal(DdpoInstruments.SkippedUpdates, _ => 0);
        Equal(DdpoInstruments.DroppedSamples, _ => 0);
        Equal(DdpoInstruments.RewardMean, epoch => epoch.Reward.Mean, (DdpoTags.RewardKind, "total"));
        Equal(DdpoInstruments.RewardMean, epoch => epoch.Rewards["energy"].Mean, (DdpoTags.RewardKind, "reward"), (DdpoTags.RewardName, "energy"));
        Equal(DdpoInstruments.RewardMean, epoch => epoch.Metrics["length"].Mean, (DdpoTags.RewardKind, "metric"), (DdpoTags.RewardName, "length"));
        Equal(DdpoInstruments.RewardStd, epoch => epoch.Reward.Std, (DdpoTags.RewardKind, "total"));
        Equal(DdpoInstruments.EpochDuration, epoch => epoch.Seconds.Sampling, (DdpoTags.Stage, "sampling"));
        Equal(DdpoInstruments.EpochDuration, epoch => epoch.Seconds.Reward, (DdpoTags.Stage, "reward"));
        Equal(DdpoInstruments.EpochDuration, epoch => epoch.Seconds.Training, (DdpoTags.Stage, "training"));

        void Equal(string instrument, Func<DdpoEpoch, double> value, params (string Name, string Value)[] tags) => Assert.Equal(
            epochs.Select(value),
            measurements.Of(instrument)
                .Where(measured => Equals(measured.Tags[DdpoTags.Run], "night") && tags.All(tag => Equals(measured.Tags.GetValueOrDefault(tag.Name), tag.Value)))
                .Select(measured => measured.Value));
    }

    [Fact]
    public async Task Every_denoising_step_of_training_is_timed()
    {
        using var measurements = new Measurements();
        await TrainerFixture.RunAsync();

        var steps = measurements.Of(DdpoInstruments.DenoiseStepDuration);
        Assert.Equal(2 * 2 * Steps, steps.Count); // epochs, batches, steps
        Assert.All(steps, step =>
        {
            Assert.Equal("train", step.Tags[DdpoTags.Operation]);
            Assert.Equal("s", step.Instrument.Unit);
            Assert.True(step.Value > 0);
        });
    }

    [Fact]
    public async Task Every_denoising_step_of_a_generation_is_timed_and_live_tensors_are_counted()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        using var measurements = new Measurements();
        await pipeline.GenerateAsync(TinyPipeline.Request with { NumInferenceSteps = Steps });
        var steps = measurements.Of(DdpoInstruments.DenoiseStepDuration);
        Assert.Equal(Enumerable.Repeat("generate", Steps), steps.Select(step => step.Tags[DdpoTags.Operation]));

        measurements.Observe();
        var before = Assert.Single(measurements.Of(DdpoInstruments.LiveTensors)).Value;
        Assert.True(before > 100, $"a model has more tensors than {before}");

        await using var worker = new TorchWorker("test");
        await worker.RunAsync(() => (zeros(1).DetachFromDisposeScope(), zeros(1).DetachFromDisposeScope()));
        measurements.Observe();
        Assert.Equal(before + 2, measurements.Of(DdpoInstruments.LiveTensors)[^1].Value);
    }

    [Fact]
    public void Without_a_listener_a_step_is_not_timed_and_costs_no_memory()
    {
        Assert.False(Instruments.DenoiseStepDuration.Enabled);
        Work(1); // what is made once is made here
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work(1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Work(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var timer = StepTimer.Start("train");
                timer.Next();
                Assert.Null(Tracing.Start(DdpoActivities.Epoch));
            }
        }
    }

    [Fact]
    public void A_timed_step_costs_no_memory_either()
    {
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.EnableMeasurementEvents(Instruments.DenoiseStepDuration);
        listener.Start();
        var timer = StepTimer.Start("train");
        timer.Next();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            timer.Next();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
