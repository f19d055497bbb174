namespace Ddpo.Audio.Samples.Tests;

public sealed class TrainingDisplayTests
{
    [Theory]
    [InlineData("0.500", "+0.500", 0.5f)]
    [InlineData("0.500 ± 0.000", "+0.500 ± 0.000", 0.5f, 0.5f)]
    [InlineData("0.500 ± 0.500", "+0.500 ± 0.500 (+1.0 SE)", 0f, 1f)]
    public void A_standard_error_is_shown_where_there_is_one(string text, string change, params float[] values)
    {
        var statistics = RewardStatistics.Of(values);
        Assert.Equal((text, change), (TrainingDisplay.Text(statistics), TrainingDisplay.ChangeText(statistics)));
    }
}
