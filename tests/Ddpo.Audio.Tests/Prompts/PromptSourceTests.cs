namespace Ddpo.Audio.Tests.Prompts;

public sealed class PromptSourceTests
{
    private static readonly PromptSource Letters = PromptSource.FromList("a", "b", "c", "d", "e");

    [Fact]
    public void A_draw_depends_on_seed_and_position_alone()
    {
        var whole = Letters.Draw(100, seed: 7);

        Assert.Equal(whole.Skip(60), Letters.Draw(40, seed: 7, position: 60));
        Assert.Equal(whole[99], Letters.At(7, 99));
        Assert.NotEqual(whole, Letters.Draw(100, seed: 8));
        Assert.Empty(Letters.Draw(0, seed: 7));
    }

    // Pinned: a change here would change what resumed and repeated runs train on.
    [Fact]
    public void The_sequence_of_a_seed_never_changes() =>
        Assert.Equal("dbdbcadabddabadeabeb", string.Concat(Letters.Draw(20, seed: 42).Select(prompt => prompt.Text)));

    [Fact]
    public void Every_prompt_of_a_list_is_equally_likely()
    {
        const int draws = 50_000;
        var counts = Letters.Draw(draws, seed: 3).CountBy(prompt => prompt.Text).ToDictionary();

        // The fixed seed makes this exact; the bound is five standard deviations of a fair draw.
        Assert.Equal(5, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, (draws / 5) - 450, (draws / 5) + 450));
    }

    [Fact]
    public void Neighbouring_seeds_and_positions_are_unrelated()
    {
        var pairs = Enumerable.Range(0, 5000).Select(i => (Letters.At((ulong)i, 0).Text, Letters.At((ulong)i, 1).Text));
        var counts = pairs.CountBy(pair => pair).ToDictionary();

        Assert.Equal(25, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 130, 270));
    }

    [Fact]
    public void Lists_without_prompts_and_null_prompts_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PromptSource.FromList());
        Assert.Throws<ArgumentException>(() => PromptSource.FromList("a", null!));
        Assert.Throws<ArgumentNullException>(() => PromptSource.FromList((IEnumerable<Prompt>)null!));
    }

    [Fact]
    public void Negative_counts_and_positions_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Letters.Draw(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Letters.Draw(1, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Letters.At(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Letters.Draw(2, 0, long.MaxValue));
    }

    [Fact]
    public void A_template_gives_every_combination_with_its_words_as_metadata()
    {
        var source = PromptSource.FromTemplate("{mood} {instrument}, so {mood}!", ("instrument", ["piano", "flute"]), ("mood", ["sad", "happy", "calm"]));
        var prompts = source.Draw(500, seed: 1).DistinctBy(prompt => prompt.Text).ToArray();

        Assert.Equal(6, prompts.Length);
        Assert.All(prompts, prompt => Assert.Equal(
            $"{prompt.Metadata["mood"]} {prompt.Metadata["instrument"]}, so {prompt.Metadata["mood"]}!", prompt.Text));
    }

    [Fact]
    public void A_template_without_places_is_one_prompt() =>
        Assert.Equal("a flute", PromptSource.FromTemplate("a flute").At(0, 0).Text);

    [Theory]
    [InlineData("a {mood", "named place")]
    [InlineData("a {} b", "named place")]
    [InlineData("a {{mood}} b", "named place")]
    [InlineData("a mood} b", "did not open")]
    [InlineData("a {mood} {tempo}", "No words are given for {tempo}")]
    [InlineData("a piano", "'mood' has no place in it")]
    public void A_template_that_does_not_match_its_words_is_explained(string template, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => PromptSource.FromTemplate(template, ("mood", ["sad"])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_are_missing_empty_or_given_twice_are_explained()
    {
        Assert.Contains("has no words", Assert.Throws<ArgumentException>(() => PromptSource.FromTemplate("{a}", ("a", []))).Message, StringComparison.Ordinal);
        Assert.Contains("has no words", Assert.Throws<ArgumentException>(() => PromptSource.FromTemplate("{a}", ("a", null!))).Message, StringComparison.Ordinal);
        Assert.Contains("empty word", Assert.Throws<ArgumentException>(() => PromptSource.FromTemplate("{a}", ("a", [" "]))).Message, StringComparison.Ordinal);
        Assert.Contains("more than once", Assert.Throws<ArgumentException>(() => PromptSource.FromTemplate("{a}", ("a", ["x"]), ("a", ["y"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_says_all_of_its_prompts_in_order()
    {
        var solos = PromptSource.FromTemplate("a {emotion} solo", ("emotion", ["happy", "angry", "sad", "tender"]));

        Assert.Equal(["a", "b", "c", "d", "e"], Letters.AllPrompts!.Select(prompt => prompt.Text));
        Assert.Equal(4, solos.AllPrompts!.Count);
        Assert.Equal([.. Letters.AllPrompts!, .. solos.AllPrompts!], PromptSource.Mixture((Letters, 1), (solos, 2)).AllPrompts!);
        Assert.Null(new Counting().AllPrompts);
        Assert.Null(PromptSource.Mixture((Letters, 1), (new Counting(), 1)).AllPrompts);
    }

    [Fact]
    public void A_mixture_draws_by_weight_and_from_all_of_each_source()
    {
        var mixture = PromptSource.Mixture((PromptSource.FromList("a", "b"), 3), (PromptSource.FromList("c", "d"), 1));
        var counts = mixture.Draw(20_000, seed: 5).CountBy(prompt => prompt.Text).ToDictionary();

        Assert.All(["a", "b"], text => Assert.InRange(counts[text], 7500 - 350, 7500 + 350));
        Assert.All(["c", "d"], text => Assert.InRange(counts[text], 2500 - 250, 2500 + 250));
        Assert.Equal(mixture.Draw(50, 5).Skip(20), mixture.Draw(30, 5, 20));
    }

    [Fact]
    public void Mixtures_without_sources_or_with_bad_weights_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PromptSource.Mixture());
        Assert.Throws<ArgumentException>(() => PromptSource.Mixture((null!, 1)));
        Assert.All([0, -1, double.NaN, double.PositiveInfinity], weight =>
            Assert.Throws<ArgumentException>(() => PromptSource.Mixture((Letters, weight))));
        Assert.Throws<ArgumentException>(() => PromptSource.Mixture((Letters, double.MaxValue), (Letters, double.MaxValue)));
    }

    private sealed class Counting : PromptSource
    {
        public override Prompt At(ulong seed, long position) => $"{position}";
    }
}
