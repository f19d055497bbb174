// Trains a LoRA adapter on a small text-to-music model, on the CPU, in a minute or two: it samples, listens with CLAP, and learns.
// Then says what that changed on prompts that were not trained on, and leaves the adapter, the metrics and WAVs to listen to.

using System.Globalization;
using Ddpo.Audio.Samples;

return await ExitCode.OfAsync(async (collective, cancellationToken) =>
{
    var (algorithm, seed, folder) = (Algorithms.Best, 42ul, Path.Combine("runs", "quickstart"));
    for (var left = args; left.Length > 0;)
    {
        switch (left)
        {
            case ["--help" or "-h" or "-?", ..]:
                QuickstartHelp.Write();
                return 0;
            case ["--algorithm" or "-a", var name, ..]:
                (algorithm, left) = (name, left[2..]);
                break;
            case ["--seed", var number, ..] when ulong.TryParse(number, CultureInfo.InvariantCulture, out seed):
                left = left[2..];
                break;
            case [var output, ..] when !output.StartsWith('-'):
                (folder, left) = (output, left[1..]);
                break;
            default:
                throw new ArgumentException(
                    $"Found {string.Join(' ', left)}. Expected [--algorithm NAME] [--seed N] [FOLDER]; NAME is one of {string.Join(", ", Algorithms.Names)}. See --help.");
        }
    }

    return await Quickstart.RunAsync(Algorithms.Read(algorithm), seed, folder, collective, cancellationToken);
});
