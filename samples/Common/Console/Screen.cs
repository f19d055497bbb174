using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ddpo.Audio.Samples;

/// <summary>
/// What a program shows: lines and tables that stay and, on a terminal, what it is doing. Where the output is redirected, or <c>NO_COLOR</c> is set, all is plain
/// text, and each line is one line. Of several ranks, the first alone writes.
/// </summary>
internal sealed class Screen
{
    private readonly IAnsiConsole _console;
    private readonly ProgressContext? _progress;
    private readonly Lock _lock = new();
    private ProgressTask? _task;

    private Screen(ICollective collective, IAnsiConsole console, ProgressContext? progress) =>
        (IsFirst, _console, _progress) = (collective.Rank == 0, console, progress);

    /// <summary>Whether no control characters may be written.</summary>
    public static bool IsPlain { get; } = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Whether this is the process that writes.</summary>
    public bool IsFirst { get; }

    /// <summary>Runs what shows things.</summary>
    /// <param name="collective">The ranks.</param>
    /// <param name="program">It; returns its exit code.</param>
    public static Task<int> RunAsync(ICollective collective, Func<Screen, Task<int>> program)
    {
        var console = IsPlain
            ? AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No })
            : AnsiConsole.Create(new());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = short.MaxValue;
        }

        return collective.Size == 1 && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? console.Progress()
                .AutoClear(true)
                .HideCompleted(true)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new RemainingTimeColumn())
                .StartAsync(progress => program(new(collective, console, progress)))
            : program(new(collective, console, progress: null));
    }

    /// <summary>Says what is being done, on a terminal: a line with a bar and the time that is left. May be told of by any thread.</summary>
    /// <param name="text">What it is.</param>
    /// <param name="done">The share that is done, from 0 to 1. Less than before means that something else begins.</param>
    public void Show(Func<string> text, double done)
    {
        if (_progress is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_task is null or { IsFinished: true } || done < _task.Value)
            {
                if (done >= 1)
                {
                    return;
                }

                _task?.StopTask();
                _task = _progress.AddTask("-", maxValue: 1);
            }

            (_task.Description, _task.Value) = (Markup.Escape(text()), done);
        }
    }

    /// <summary>Writes lines that stay, and are never broken: they may be commands.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="style">How they look where there are colours.</param>
    public void Print(string text, Style? style = null) => Print(new Lines(text, style ?? Style.Plain));

    /// <summary>Writes something that stays, such as a table.</summary>
    public void Print(IRenderable what)
    {
        if (IsFirst)
        {
            _console.Write(what);
        }
    }

    /// <summary>Writes what is wrong, to where errors go.</summary>
    public void Complain(string line)
    {
        if (_progress is not null && !Console.IsErrorRedirected)
        {
            Print(line, Color.Red); // the same terminal, without writing into what is shown
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }

    private sealed class Lines(string text, Style style) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            text.ReplaceLineEndings("\n").Split('\n').SelectMany(line => new[] { new Segment(line, style), Segment.LineBreak });
    }
}
