using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Pipelines;

public sealed class PromptTruncationTests
{
    [Fact]
    public async Task A_prompt_that_is_too_long_is_cut_with_a_warning_for_each_encoder()
    {
        using var log = new LogLines();
        await using var pipeline = await TinyPipeline.LoadAsync(new() { LoggerFactory = log });
        var text = string.Join(' ', Enumerable.Repeat("piano", 600));
        var cut = await TinyPipeline.ListenAsync(pipeline, TinyPipeline.Request with { Prompts = [text], GuidanceScale = 1 });

        Assert.Collection(
            log.Warnings,
            clap => Assert.Matches("^CLAP reads [0-9]+ tokens at most.*piano piano", clap),
            t5 => Assert.Matches("^T5 reads [0-9]+ tokens at most.*piano piano", t5));

        // What was cut off does not matter.
        var other = TinyPipeline.Request with { Prompts = [text + " and a flute"], GuidanceScale = 1 };
        Assert.Equal(cut, await TinyPipeline.ListenAsync(pipeline, other));
    }

    [Fact]
    public async Task A_negative_text_that_is_longer_than_its_prompt_is_cut_and_the_warning_says_why()
    {
        using var log = new LogLines();
        await using var pipeline = await TinyPipeline.LoadAsync(new() { LoggerFactory = log });
        await pipeline.GenerateAsync(TinyPipeline.Request with { NegativePrompt = "low quality, muffled and out of tune, with a loud hum" });

        var warning = Assert.Single(log.Warnings);
        Assert.Matches("^T5 reads only the first [0-9]+ tokens of this negative text, as many as its prompt has", warning);
        Assert.Contains("with a loud hum", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_fits_is_not_warned_of()
    {
        using var log = new LogLines();
        await using var pipeline = await TinyPipeline.LoadAsync(new() { LoggerFactory = log });
        await pipeline.GenerateAsync(TinyPipeline.Request);
        Assert.Empty(log.Warnings);
    }
}
