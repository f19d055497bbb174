// Generates WAVs from text with a model and, when given, a trained LoRA adapter.

using Ddpo.Audio;
using Ddpo.Audio.Samples;

return await ProgramSettings.RunAsync(
    args,
    "Generates WAVs from text with AudioLDM2 and a LoRA adapter.",
    [
        ("--prompt \"Angry flute music.\" \"A sad piano.\"", "A clip of each prompt, by the small model that comes with the samples."),
        ("--adapter runs/train --output runs/trained", "With what a run of samples/Train has learned, into another folder."),
        ("--clips 4 --seed 7 --overwrite", "Four clips of each prompt, from the same noise each time, in place of those that were generated into the folder before."),
    ],
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
    (settings, collective, cancellationToken) => Screen.RunAsync(collective, screen => new Generation(
        DdpoConfiguration.Bind(settings.Without(), new GenerateSettings()), settings, collective, screen).RunAsync(cancellationToken)));
