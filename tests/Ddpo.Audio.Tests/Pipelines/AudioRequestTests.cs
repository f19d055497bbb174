using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class AudioRequestTests
{
    public static TheoryData<string, Func<AudioRequest, AudioRequest>> Mistakes => new()
    {
        { "NumInferenceSteps is 0; expected 1 to 999", request => request with { NumInferenceSteps = 0 } },
        { "NumInferenceSteps is 1000; expected 1 to 999", request => request with { NumInferenceSteps = 1000 } },
        { "NumInferenceSteps is 2000", request => request with { NumInferenceSteps = 2000 } },
        { "GuidanceScale is -1", request => request with { GuidanceScale = -1 } },
        { "GuidanceScale is NaN", request => request with { GuidanceScale = double.NaN } },
        { "Eta is 2", request => request with { Eta = 2 } },
        { "Eta is NaN", request => request with { Eta = double.NaN } },
        { "Duration is 00:00:00", request => request with { Duration = TimeSpan.Zero } },
        { "Duration is -00:00:01", request => request with { Duration = TimeSpan.FromSeconds(-1) } },
        { "Duration is 00:00:00.0010000", request => request with { Duration = TimeSpan.FromMilliseconds(1) } },
        { "Duration is 00:10:00.0010000; expected at least one frame of 10 ms, and at most 00:10:00", request => request with { Duration = TimeSpan.FromSeconds(600.001) } },
        { "Duration is 10675199.02:48:05.4775807", request => request with { Duration = TimeSpan.MaxValue } },
        { "Eta is 0.5, but DPM-Solver++ adds no noise", request => request with { Eta = 0.5, Scheduler = AudioScheduler.DpmSolver } },
        { "NumInferenceSteps is 999; expected 1 to 998", request => request with { NumInferenceSteps = 999, Scheduler = AudioScheduler.DpmSolver } },
        { "SolverOrder is 4; expected at least 1 and at most 3", request => request with { Scheduler = new DpmSolverMultistep { SolverOrder = 4 } } },
        { "SolverType is 7; expected Midpoint, Heun", request => request with { Scheduler = new DpmSolverMultistep { SolverType = (DpmSolverType)7 } } },
        { "GuidanceInterval is 5 to 4", request => request with { GuidanceInterval = new(5, 4) } },
        { "GuidanceInterval is -1 to 4", request => request with { GuidanceInterval = new(-1, 4) } },
        { "NumWaveformsPerPrompt is 0", request => request with { NumWaveformsPerPrompt = 0 } },
        { "at least one prompt", request => request with { Prompts = [] } },
        { "at least one prompt", request => request with { Prompts = null! } },
        { "none that is null", request => request with { Prompts = [null!] } },
        { "none that is null", request => request with { Prompts = [new Prompt(null!)] } },
        { "NegativePrompt is null", request => request with { NegativePrompt = null! } },
        { "InitialLatents has 5 numbers; expected", request => request with { InitialLatents = new float[5] } },
        { "Noise must have 2 entries", request => request with { Noise = [] } },
        { "Noise must have 2 entries", request => request with { Noise = [new float[1], new float[1]] } },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_wrong_setting_is_named_with_what_was_expected(string expected, Func<AudioRequest, AudioRequest> mistake)
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => pipeline.GenerateAsync(mistake(TinyPipeline.Request)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clips_that_memory_cannot_hold_are_refused_before_anything_is_computed()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var error = await Assert.ThrowsAsync<InsufficientMemoryException>(() => pipeline.GenerateAsync(
            TinyPipeline.Request with { Duration = AudioRequest.LongestDuration, NumWaveformsPerPrompt = 1_000_000 }));
        Assert.Matches("^1000000 clips of 600 s at once take about [0-9]+ GB, and this machine has [0-9]+ GB", error.Message);
    }

    [Fact]
    public void Prompts_may_be_listed_or_given_as_a_list_and_are_not_left_out()
    {
        Prompt[] list = ["a", "b"];
        Assert.Equal(["a", "b"], new AudioRequest("a", "b").Prompts.Select(prompt => prompt.Text));
        Assert.Same(list, new AudioRequest(list).Prompts);
        Assert.Equal(["a"], new AudioRequest("a").Prompts.Select(prompt => prompt.Text));
        Assert.Throws<ArgumentException>(() => new AudioRequest([]));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        await using var pipeline = await TinyPipeline.LoadAsync();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => pipeline.GenerateAsync(new AudioRequest("")
        {
            Prompts = [],
            NumInferenceSteps = 0,
            GuidanceScale = -1,
            Eta = 2,
            Duration = TimeSpan.Zero,
            NumWaveformsPerPrompt = 0,
            NegativePrompt = null!,
        }));
        string[] settings = ["Prompts", "NumInferenceSteps", "GuidanceScale", "Eta", "Duration", "NumWaveformsPerPrompt", "NegativePrompt"];
        Assert.All(settings, setting => Assert.Contains(setting, error.Message, StringComparison.Ordinal));
    }
}
