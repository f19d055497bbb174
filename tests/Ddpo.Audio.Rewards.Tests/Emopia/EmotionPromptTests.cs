using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Emopia;

public sealed class EmotionPromptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Emotion_solos_carry_emotion_instrument_and_quadrant()
    {
        var prompts = PromptSource.EmotionSolo("piano", "flute").Draw(500, seed: 1).DistinctBy(prompt => prompt.Text).ToArray();

        Assert.Equal(8, prompts.Length);
        Assert.All(prompts, prompt => Assert.Equal(
            $"a recording of a {prompt.Metadata["emotion"]} {prompt.Metadata["instrument"]} solo, high quality", prompt.Text));
        Assert.Equal(
            [("angry", "Q2"), ("happy", "Q1"), ("sad", "Q3"), ("tender", "Q4")],
            prompts.Select(prompt => (prompt.Metadata["emotion"], prompt.Metadata["quadrant"])).Distinct().Order());
        Assert.Throws<ArgumentException>(() => PromptSource.EmotionSolo());
        Assert.Throws<ArgumentException>(() => PromptSource.EmotionSolo(""));
    }

    [Theory]
    [InlineData("Q1_0.wav", "happy")]
    [InlineData("Q2_1.wav", "angry")]
    [InlineData("Q3_24.wav", "sad")]
    [InlineData("Q4_3.wav", "tender")]
    public void Names_by_quadrant_tell_the_prompt_and_its_metadata(string name, string emotion)
    {
        _folder.Write(name, "");
        var prompt = Assert.Single(EvaluationSet.FromQuadrants(_folder.Root).Samples).Prompt;
        Assert.Equal($"a recording of a {emotion} piano solo, high quality", prompt.Text);
        Assert.Equal((emotion, name[..2], "piano"), (prompt.Metadata["emotion"], prompt.Metadata["quadrant"], prompt.Metadata["instrument"]));
        Assert.Contains("flute", EvaluationSet.FromQuadrants(_folder.Root, "flute").Samples[0].Prompt.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("song.wav")]
    [InlineData("Q5_1.wav")]
    public void A_clip_of_unknown_purpose_is_named(string name)
    {
        _folder.Write("Q1_0.wav", "");
        _folder.Write(name, "");
        var error = Assert.Throws<InvalidDataException>(() => EvaluationSet.FromQuadrants(_folder.Root));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("samples.jsonl", error.Message, StringComparison.Ordinal);
    }
}
