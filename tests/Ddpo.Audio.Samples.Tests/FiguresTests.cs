using System.Globalization;

namespace Ddpo.Audio.Samples.Tests;

public sealed class FiguresTests
{
    [Fact]
    public void Numbers_are_written_alike_in_every_country()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~", NumberGroupSeparator = "." } };
            Assert.Equal(
                ["0.500", "0.500 ± 0.100", "0.500", "-0.152 ± 0.028 (-5.4 SE)", "0.000 ± 0.000", "83.3 %", "83.3 ± 4.4 %", "-44.4 ± 5.9 % (-7.5 SE)", "1.2e-7", "0", "2.3 s", "5.0 min", "3.0 h", "1 clip", "-2 clips"],
                [
                    Figures.Score(0.5), Figures.Score(0.5, 0.1), Figures.Score(0.5, double.NaN), Figures.Change(-0.152, 0.028), Figures.Change(0, 0),
                    Figures.Share(0.8333), Figures.Share(0.8333, 0.0439), Figures.ShareChange(-0.4444, 0.0593), Figures.Small(1.23e-7), Figures.Small(0),
                    Figures.Time(TimeSpan.FromSeconds(2.34)), Figures.Time(TimeSpan.FromMinutes(5)), Figures.Time(TimeSpan.FromHours(3)),
                    Figures.Count(1, "clip"), Figures.Count(-2, "clip"),
                ]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(0, "before training")]
    [InlineData(1, "after 1 epoch")]
    [InlineData(2, "after 2 epochs")]
    public void Epochs_are_counted(int epochs, string text) => Assert.Equal(text, Figures.After(epochs));
}
