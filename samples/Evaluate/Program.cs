// Scores a folder of WAVs with any rewards and writes the results as CSV, as settings say: appsettings.json, a file given by
// --settings, and options over both. Ends with 0 when every clip got every score, with 2 when some did not, with 1 when none did.

using Ddpo.Audio.Samples;

return await ProgramSettings.RunAsync(
    args,
    "Scores WAVs with CLAP, EMOPIA and other rewards, and writes CSV files. Ends with 2 when some clips could not be scored, with 1 when none could.",
    [
        ("", "Scores the WAVs that come with the samples."),
        ("--input runs/quickstart/validation/epoch-0016", "Scores the held-out clips of a run, with the prompts that its samples.jsonl lists."),
        ("--input music --prompt \"a happy piano\" --Metadata:emotion happy", "Scores a folder of WAVs of one prompt."),
    ],
    [.. SettingTree.Of(new EvaluateSettings()), .. RewardKinds.Settings],
    new Dictionary<string, string>
    {
        ["-i"] = "Input",
        ["-o"] = "Output",
        ["-p"] = "Prompt",
        ["-r"] = "Recursive",
    },
    (settings, collective, cancellationToken) => Screen.RunAsync(collective, screen => new EvaluationRun(settings, collective, screen).RunAsync(cancellationToken)));
