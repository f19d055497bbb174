using Ddpo.Audio.Training.Observers.Html;

namespace Ddpo.Audio.Tests.Reports;

public sealed class AxisTests
{
    [Theory]
    [InlineData(0.13, 0.87, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-3, 9, "-5 0 5 10")]
    [InlineData(0, 0, "0 0.5 1.0")]
    [InlineData(2e-10, 1.7e-9, "0 5e-10 1e-9 1.5e-9 2e-9")]
    [InlineData(0.99999, 1.00001, "0.999990 0.999995 1.000000 1.000005 1.000010")]
    [InlineData(1200, 5100, "1000 2000 3000 4000 5000 6000")]
    [InlineData(double.NaN, double.NaN, "0 0.5 1.0")]
    public void Values_lie_between_round_numbers(double least, double most, string ticks)
    {
        var axis = Axis.ForValues([least, most]);
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(axis.Text)));
        Assert.True(!double.IsFinite(least) || (axis.Place(least) >= -1e-9 && axis.Place(most) <= 1 + 1e-9));
    }

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(1, 4, "1 2 3 4")]
    [InlineData(1, 80, "1 20 40 60 80")]
    [InlineData(0, 21, "0 5 10 15 21")] // 20 would lie on 21
    [InlineData(50.5, 39950.5, "50 10000 20000 30000 39950")]
    public void Epochs_are_whole(double first, double last, string ticks)
    {
        var axis = Axis.ForEpochs(first, last);
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(axis.Text)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.5, "0.500")]
    [InlineData(-12.3456, "-12.35")]
    [InlineData(12345.6, "12346")]
    [InlineData(1.234e-9, "1.23e-9")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "–")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, Numbers.Text(value));

    [Theory]
    [InlineData(2.34, "2.3 s")]
    [InlineData(89, "89 s")]
    [InlineData(2059, "34 min")]
    [InlineData(19000, "5 h 16 min")]
    public void Times_are_short(double seconds, string text) => Assert.Equal(text, Numbers.Duration(seconds));
}
