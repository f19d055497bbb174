using Ddpo.Audio.Testing;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Tests.Training.Validation;

/// <summary>Validation clips measured as a set, from real ones.</summary>
public sealed class ReferenceClipsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_round_says_how_far_its_clips_are_from_the_real_ones_with_all_that_the_number_depends_on()
    {
        await RunAsync("before", epochs: 1, reference: null);
        var real = _folder["before/validation/epoch-0000"]; // what the next run makes first, but in 16 bits
        var rounds = await RunAsync("run", epochs: 1, real);

        Assert.All(rounds, round => Assert.Equal(["FAD", "KAD"], round.SetDistances.Select(distance => distance.Metric)));
        var (first, last) = (rounds[0].SetDistances[0], rounds[^1].SetDistances[0]);
        Assert.Equal(("levels", 2, 6, 6), (first.Embedding, first.Dimension, first.ReferenceWindows, first.Windows));
        Assert.Equal(0, first.Value, 1e-6);
        Assert.True(last.Value > 100 * Math.Abs(first.Value), $"{last.Value} after training, {first.Value} before");

        // The same number as the files have.
        var evaluator = new SetEvaluator(new Levels());
        var (there, here) = (await EmbedAsync(real), await EmbedAsync(rounds[^1].Folder));
        Assert.Equal(FrechetAudioDistance.Measure(there, here).Value, last.Value, 1e-3 * last.Value);
        Assert.Contains("\"set_distances\":[{\"metric\":\"FAD\"", File.ReadLines(_folder["run/validation.jsonl"]).Last(), StringComparison.Ordinal);
        Assert.Contains("Of all validation clips from the real ones", await File.ReadAllTextAsync(_folder["run/report.html"]), StringComparison.Ordinal);

        async Task<EmbeddingSet> EmbedAsync(string folder) => await evaluator.EmbedAsync(EvaluationSet.FromFolder(folder, new Prompt("")));
    }

    [Fact]
    public async Task What_cannot_be_measured_is_refused_when_the_trainer_is_built()
    {
        var absent = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync("run", 1, _folder["nowhere"]));
        Assert.Contains("There is no folder '", Assert.Single(absent.Failures), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["real"]);
        var deaf = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TrainerFixture.RunAsync(builder => builder.ConfigureValidation(o => o.ReferenceFolder = _folder["real"])));
        Assert.Contains("add ClapReward", Assert.Single(deaf.Failures), StringComparison.Ordinal);
        var empty = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("run", 1, _folder["real"]));
        Assert.Contains("real", empty.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<ValidationRound>> RunAsync(string run, int epochs, string? reference)
    {
        var observer = new Rounds();
        await TrainerFixture.RunAsync(builder => builder
            .ConfigureCheckpoints(o => o.Directory = _folder[run])
            .ConfigureTraining(o => (o.NumEpochs, o.LearningRate) = (epochs, 0.1))
            .ConfigureValidation(o => (o.EveryEpochs, o.NumClipsPerPrompt, o.ReferenceFolder) = (1, 2, reference))
            .AddMetric(new Levels())
            .AddObserver(observer));
        return observer.All;
    }

    private sealed class Rounds : IRunObserver
    {
        public List<ValidationRound> All { get; } = [];

        public void OnValidation(ValidationRound round) => All.Add(round);
    }

    /// <summary>A clip's mean level, and its peak.</summary>
    private sealed class Levels : IRewardFunction, IAudioEmbedder
    {
        public string Name => "levels";

        public string Embedding => "levels";

        public Task<IReadOnlyList<float>> ScoreAsync(IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<float>>([.. clips.Select(clip => Of(clip)[0])]);

        public Task<IReadOnlyList<float[]>> EmbedWindowsAsync(AudioClip clip, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<float[]>>([Of(clip)]);

        private static float[] Of(AudioClip clip) => [clip.Samples.ToArray().Average(MathF.Abs), clip.Samples.ToArray().Max(MathF.Abs)];
    }
}
