using System.Globalization;
using System.Text;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Curves as SVG paths in a box of 1000 by 1000, whatever size it is shown in.</summary>
internal sealed class ChartPaths(Axis x, Axis y, double[] epochs)
{
    /// <summary>Width and height of the box.</summary>
    public const int Size = 1000;

    /// <summary>A line through the points, interrupted where there are none.</summary>
    public string Line(double[] values)
    {
        var path = new StringBuilder();
        var drawing = false;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i]))
            {
                Point(path, drawing ? 'L' : 'M', i, values[i]);
                var alone = !drawing && (i + 1 == values.Length || !double.IsFinite(values[i + 1]));
                path.Append(alone ? "h.1" : ""); // a line without length is not drawn by all
                drawing = true;
            }
            else
            {
                drawing = false;
            }
        }

        return path.ToString();
    }

    /// <summary>The area between two lines, where both have points.</summary>
    public string Area(double[] low, double[] high)
    {
        var path = new StringBuilder();
        var start = 0;
        for (var i = 0; i <= low.Length; i++)
        {
            if (i < low.Length && double.IsFinite(low[i]) && double.IsFinite(high[i]))
            {
                continue;
            }

            for (var k = start; k < i; k++)
            {
                Point(path, k == start ? 'M' : 'L', k, high[k]);
            }

            for (var k = i - 1; k >= start; k--)
            {
                Point(path, 'L', k, low[k]);
            }

            path.Append(i > start ? "Z" : "");
            start = i + 1;
        }

        return path.ToString();
    }

    /// <summary>A horizontal line at a value.</summary>
    public string Level(double value) => string.Create(CultureInfo.InvariantCulture, $"M0 {Vertical(value):0.#}H{Size}");

    /// <summary>A vertical line at an epoch.</summary>
    public string Mark(double epoch) => string.Create(CultureInfo.InvariantCulture, $"M{x.Place(epoch) * Size:0.#} 0V{Size}");

    private void Point(StringBuilder path, char command, int index, double value) =>
        path.Append(CultureInfo.InvariantCulture, $"{command}{x.Place(epochs[index]) * Size:0.#} {Vertical(value):0.#}");

    private double Vertical(double value) => (1 - y.Place(value)) * Size;
}
