namespace Ddpo.Audio.Samples;

/// <summary>What the quickstart says of itself.</summary>
internal static class QuickstartHelp
{
    private const string Command = "dotnet run -c Release --project samples/Quickstart";

    /// <summary>Writes it to the console.</summary>
    public static void Write() => new Help(
        "Trains a LoRA adapter on a small text-to-music model, on the CPU, in a minute or two, and says what that changed on prompts that were not trained on.",
        "All that it writes is in one folder, which it empties of an earlier quickstart first.",
        [
            ("--algorithm, -a <name>", $"How it learns: {string.Join(", ", Algorithms.Names)}; {Algorithms.Best} by default."),
            ("--seed <number>", "Decides all noise; 42 by default."),
            ("<folder>", "Where to write; runs/quickstart by default."),
        ],
        [
            (Command, "Learns by what learns most from so few samples."),
            ($"{Command} -- --algorithm ddpo", "Learns by DDPO."),
            ($"{Command} -- --seed 1 runs/another", "Learns from other noise, into another folder."),
        ]).Write(Console.Out, WrappedText.TerminalWidth, [], new Dictionary<string, string>(), []);
}
