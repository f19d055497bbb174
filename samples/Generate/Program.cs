// Generates WAVs from text with a model and, when given, a trained LoRA adapter.

using Ddpo.Audio.Samples;

return await SettingsCommand<GenerateSettings>.RunAsync(
    args,
    "Generates WAVs from text with AudioLDM2 and a LoRA adapter. Settings come from appsettings.json, --settings and these options, the last one wins.",
    new Dictionary<string, string[]>
    {
        ["Model"] = ["-m"],
        ["Device"] = ["-d"],
        ["Adapter"] = ["-a"],
        ["Prompts:List"] = ["--prompt", "-p"],
        ["NegativePrompt"] = ["--negative"],
        ["ClipsPerPrompt"] = ["--clips", "-c"],
        ["NumWaveformsPerPrompt"] = ["--count", "-n"],
        ["NumInferenceSteps"] = ["--steps"],
        ["GuidanceScale"] = ["--guidance"],
        ["Output"] = ["-o"],
    },
    (settings, cancellationToken) => new Generation(settings, new StatusLine()).RunAsync(cancellationToken));
