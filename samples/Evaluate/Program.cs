// Scores a folder of WAVs with any rewards and writes the results as CSV, as settings say: appsettings.json, a file given by
// --settings, and options over both. Ends with 0 when every clip got every score, with 2 when some did not, with 1 when none did.

using Ddpo.Audio.Samples;

return await SettingsCommand<EvaluateSettings>.RunAsync(
    args,
    "Scores WAVs with CLAP, EMOPIA and other rewards, and writes CSV files. Settings come from appsettings.json, --settings and these "
    + "options, the last one wins. Ends with 2 when some clips could not be scored, with 1 when none could.",
    new Dictionary<string, string[]>
    {
        ["Input"] = ["-i"],
        ["Output"] = ["-o"],
        ["Prompt"] = ["-p"],
        ["Recursive"] = ["-r"],
    },
    (settings, cancellationToken) => new EvaluationRun(settings).RunAsync(cancellationToken));
