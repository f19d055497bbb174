// Trains a LoRA adapter on a small text-to-music model, on the CPU, in a few minutes: it samples, listens with CLAP, and learns.
// Then says what that changed on prompts that were not trained on, and leaves the adapter, the metrics and WAVs to listen to.

using Ddpo.Audio.Samples;

const string Usage = "Expected [--algorithm NAME] [FOLDER].";

return await ExitCode.OfAsync(async cancellationToken =>
{
    var (algorithm, folder) = args switch
    {
        [] => (Algorithms.Best, null),
        ["--algorithm" or "-a", var name] => (name, null),
        ["--algorithm" or "-a", var name, var output] => (name, output),
        [var output] when !output.StartsWith('-') => (Algorithms.Best, output),
        _ => throw new ArgumentException($"Found {string.Join(' ', args)}. {Usage} NAME is one of {string.Join(", ", Algorithms.Names)}."),
    };
    await Quickstart.RunAsync(Algorithms.Read(algorithm), folder ?? Path.Combine("runs", "quickstart"), cancellationToken);
    return 0;
});
