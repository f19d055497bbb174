// Trains a model by DDPO as a settings file says: appsettings.json, a file given by --settings, and options over both.

using Ddpo.Audio.Samples;

return await SettingsCommand<TrainSettings>.RunAsync(
    args,
    "Trains AudioLDM2 by DDPO. Settings come from appsettings.json, --settings and these options, the last one wins.",
    new Dictionary<string, string[]>
    {
        ["Model"] = ["-m"],
        ["Device"] = ["-d"],
        ["Checkpoints:Directory"] = ["--output", "-o"],
        ["Checkpoints:ResumeFrom"] = ["--resume"],
        ["Checkpoints:Overwrite"] = ["--overwrite"],
        ["Training:NumEpochs"] = ["--epochs", "-e"],
        ["Training:LearningRate"] = ["--lr"],
        ["Sampling:NumInferenceSteps"] = ["--steps"],
        ["Sampling:Duration"] = ["--duration"],
        ["Sampling:NegativePrompt"] = ["--negative"],
        ["Prompts:List"] = ["--prompt", "-p"],
    },
    (settings, cancellationToken) => new TrainingRun(settings, new StatusLine()).RunAsync(cancellationToken));
