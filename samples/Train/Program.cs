// Trains a model as a settings file says, by DDPO or another algorithm: appsettings.json, a file given by --settings, and options over both. On one process, or
// on as many as mpirun starts.

using Ddpo.Audio;
using Ddpo.Audio.Samples;

return await ProgramSettings.RunAsync(
    args,
    "Trains AudioLDM2 by reinforcement learning: DDPO, or what --algorithm names.",
    [
        ("", "Trains the small model that comes with the samples, with the settings of appsettings.json."),
        ("--algorithm grpo --epochs 20 --output runs/grpo", "By another algorithm, for 20 epochs, into another folder."),
        ("--epochs 40 --resume latest", "Goes on with the run in the folder, up to 40 epochs."),
    ],
    TrainingRun.Settings,
    new Dictionary<string, string>
    {
        ["--algorithm"] = "Algorithm",
        ["-a"] = "Algorithm",
        ["--model"] = "Pipeline:Path",
        ["-m"] = "Pipeline:Path",
        ["--device"] = "Pipeline:Device",
        ["-d"] = "Pipeline:Device",
        ["--output"] = "Checkpoints:Directory",
        ["-o"] = "Checkpoints:Directory",
        ["--resume"] = "Checkpoints:ResumeFrom",
        ["--overwrite"] = "Checkpoints:Overwrite",
        ["--adapter"] = "Lora:InitialWeights",
        ["--epochs"] = "Training:NumEpochs",
        ["-e"] = "Training:NumEpochs",
        ["--lr"] = "Training:LearningRate",
        ["--steps"] = "Sampling:NumInferenceSteps",
        ["--duration"] = "Sampling:Duration",
        ["--negative"] = "Sampling:NegativePrompt",
        ["--prompt"] = "Prompts:Texts",
        ["-p"] = "Prompts:Texts",
    },
    (settings, collective, cancellationToken) => Screen.RunAsync(collective, screen => new TrainingRun(settings, collective, screen).RunAsync(cancellationToken)));
