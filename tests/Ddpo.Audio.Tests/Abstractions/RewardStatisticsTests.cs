using System.Text.Json;

namespace Ddpo.Audio.Tests.Abstractions;

public sealed class RewardStatisticsTests
{
    [Fact]
    public void The_standard_error_is_the_sample_deviation_over_the_root_of_the_count()
    {
        var statistics = RewardStatistics.Of([1, 2, 3, 6]);
        Assert.Equal((3, 1, 6, 4), (statistics.Mean, statistics.Min, statistics.Max, statistics.Count));
        Assert.Equal(Math.Sqrt(14.0 / 4), statistics.Std, 1e-12);
        Assert.Equal(Math.Sqrt(14.0 / 3), statistics.SampleStd, 1e-12);
        Assert.Equal(Math.Sqrt(14.0 / 3) / 2, statistics.StandardError, 1e-12);
    }

    [Fact]
    public void One_value_has_no_standard_error_and_can_still_be_written()
    {
        var statistics = RewardStatistics.Of([5]);
        Assert.Equal((double.NaN, double.NaN), (statistics.StandardError, statistics.SampleStd));
        Assert.Equal(statistics, JsonSerializer.Deserialize<RewardStatistics>(JsonSerializer.Serialize(statistics)));
    }

    [Fact]
    public void One_decision_has_no_standard_error_and_can_still_be_written()
    {
        var accuracy = new Accuracy(1, 1);
        Assert.Equal((1, double.NaN), (accuracy.Value, accuracy.StandardError));
        Assert.Equal(accuracy, JsonSerializer.Deserialize<Accuracy>(JsonSerializer.Serialize(accuracy)));
        Assert.Equal(0, new Accuracy(2, 2).StandardError);
        Assert.Equal(Math.Sqrt(0.125), new Accuracy(2, 1).StandardError, 1e-12);
    }

    [Fact]
    public void No_values_are_refused() => Assert.Throws<ArgumentException>(() => RewardStatistics.Of([]));
}
