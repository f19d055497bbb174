namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>A picture of curves over epochs.</summary>
/// <param name="Title">What is drawn.</param>
/// <param name="Note">What it means, in a sentence.</param>
/// <param name="Epochs">The horizontal place of each point.</param>
/// <param name="Lines">The curves, the most important last.</param>
internal sealed record Chart(string Title, string Note, double[] Epochs, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>An area behind the lines.</summary>
    public ChartBand? Band { get; init; }

    /// <summary>What happened at single epochs.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>Whether the lines lie on each other, as areas.</summary>
    public bool Stacked { get; init; }

    /// <summary>What the vertical axis measures.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What stands beside the title.</summary>
    public string Badge { get; init; } = "";

    /// <summary>Whether it takes the whole width.</summary>
    public bool Wide { get; init; }
}

/// <summary>A curve: a value for each point, NaN where there is none.</summary>
/// <param name="Name">What it is called in the legend.</param>
/// <param name="Values">The values.</param>
/// <param name="Style">Its class in the style sheet.</param>
internal sealed record ChartLine(string Name, double[] Values, string Style);

/// <summary>An area between two curves.</summary>
/// <param name="Name">What it is called in the legend.</param>
/// <param name="Low">Its lower edge.</param>
/// <param name="High">Its upper edge.</param>
internal sealed record ChartBand(string Name, double[] Low, double[] High);

/// <summary>Something that happened at an epoch.</summary>
/// <param name="Epoch">Where it stands.</param>
/// <param name="Text">What it was.</param>
/// <param name="Style">The class in the style sheet of the curve that it belongs to.</param>
internal sealed record ChartMark(double Epoch, string Text, string Style);
