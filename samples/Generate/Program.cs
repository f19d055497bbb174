// Generates WAVs from text with a model and, when given, a trained LoRA adapter.

using Ddpo.Audio;
using Ddpo.Audio.Samples;

return await ProgramSettings.RunAsync(
    args,
    "Generates WAVs from text with AudioLDM2 and a LoRA adapter.",
    [.. SettingTree.Of(new GenerateSettings())],
    new Dictionary<string, string>
    {
        ["--model"] = "Pipeline:Path",
        ["-m"] = "Pipeline:Path",
        ["--device"] = "Pipeline:Device",
        ["-d"] = "Pipeline:Device",
        ["-a"] = "Adapter",
        ["--prompt"] = "Prompts:Texts",
        ["-p"] = "Prompts:Texts",
        ["--negative"] = "NegativePrompt",
        ["--clips"] = "ClipsPerPrompt",
        ["-c"] = "ClipsPerPrompt",
        ["--count"] = "NumWaveformsPerPrompt",
        ["-n"] = "NumWaveformsPerPrompt",
        ["--steps"] = "NumInferenceSteps",
        ["--guidance"] = "GuidanceScale",
        ["-o"] = "Output",
    },
    (settings, collective, cancellationToken) => new Generation(
        DdpoConfiguration.Bind(settings.Without(), new GenerateSettings()), settings, collective, new StatusLine(collective)).RunAsync(cancellationToken));
