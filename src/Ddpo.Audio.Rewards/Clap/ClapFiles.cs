using Ddpo.Audio.Hub;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>The files of a hub's model that CLAP loads, in any of its layouts.</summary>
internal static class ClapFiles
{
    private const string Checkpoint = ".pt";
    private const string OwnTokenizer = "tokenizer";
    private const string Tokenizer = "FacebookAI/roberta-base"; // what laion_clap takes

    /// <summary>The path of the model; sets the options' tokenizer to a path, too.</summary>
    public static async Task<string> LocateAsync(string model, ClapRewardOptions options, CancellationToken cancellationToken)
    {
        var isName = HubModel.IsName(model);
        var path = await HubModel.LocateAsync(
            model,
            options.Hub,
            (snapshot, name, stop) => GetModelAsync(snapshot, name, options.Hub.Variant, stop),
            options.CreateLogger(),
            cancellationToken).ConfigureAwait(false);
        var tokenizer = options.TokenizerFolder
            ?? (isName && File.Exists(path) && !LaionClapFiles.TokenizersBeside(path).Any(ClapTokenizer.IsIn) ? Tokenizer : null);
        if (tokenizer is not null && HubModel.IsName(tokenizer))
        {
            var hub = options.Hub.Copy();
            hub.Revision = new HubOptions().Revision; // that of the options is the model's
            tokenizer = await HubModel.LocateAsync(tokenizer, hub, GetTokenizerAsync, options.CreateLogger(), cancellationToken).ConfigureAwait(false);
        }

        options.TokenizerFolder = tokenizer;
        return path;
    }

    private static async Task<string> GetModelAsync(HubSnapshot snapshot, HubName name, string? variant, CancellationToken cancellationToken)
    {
        if (name.Path is { } file && !snapshot.HasFolder(file))
        {
            await snapshot.GetAsync([file, .. Beside(snapshot, file[..Math.Max(0, file.LastIndexOf('/'))])], cancellationToken).ConfigureAwait(false);
            return snapshot.PathOf(file);
        }

        var (folder, tokenizer) = (name.Path ?? "", HubFolders.In(name.Path, OwnTokenizer));
        if (HubFolders.FindWeights(snapshot, folder, variant) is not null)
        {
            await HubFolders.GetAsync(snapshot, [folder], [tokenizer], variant, cancellationToken).ConfigureAwait(false);
        }
        else if (FindOnnx(snapshot, folder) is { } place)
        {
            string[] towers = [HubFolders.In(place, OnnxClap.AudioFile), HubFolders.In(place, OnnxClap.TextFile)];
            var beside = towers.SelectMany(tower => snapshot.Files.Where(other => other.StartsWith(tower + "_data", StringComparison.Ordinal))); // weights of large models
            await snapshot.GetAsync(
                [.. towers, .. beside, .. HubFolders.SettingsIn(snapshot, folder), .. HubFolders.SettingsIn(snapshot, tokenizer)], cancellationToken).ConfigureAwait(false);
        }
        else if (snapshot.Files.Where(other => other.EndsWith(Checkpoint, StringComparison.Ordinal)).ToList() is { Count: > 0 } checkpoints)
        {
            throw new HubException(
                HubFailure.FileNotFound,
                $"'{name.Repository}' has several checkpoints of laion_clap: {string.Join(", ", checkpoints)}. Name one: {name.Repository}/{checkpoints[0]}.");
        }
        else
        {
            await snapshot.GetAsync([HubFolders.In(folder, "model.safetensors")], cancellationToken).ConfigureAwait(false); // says that it is not there
        }

        return snapshot.PathOf(name.Path);
    }

    /// <summary>What may lie beside a checkpoint of laion_clap: its configuration, and a tokenizer of its own.</summary>
    private static List<string> Beside(HubSnapshot snapshot, string folder)
    {
        var settings = HubFolders.SettingsIn(snapshot, folder).ToList();
        return settings.Exists(file => ClapTokenizer.Vocabularies.Contains(Path.GetFileName(file)))
            ? settings
            : [.. settings.Where(file => Path.GetFileName(file).StartsWith("HTSAT-", StringComparison.Ordinal)), .. HubFolders.SettingsIn(snapshot, HubFolders.In(folder, OwnTokenizer))];
    }

    private static string? FindOnnx(HubSnapshot snapshot, string folder) => new[] { folder, HubFolders.In(folder, "onnx") }
        .FirstOrDefault(place => snapshot.Files.Contains(HubFolders.In(place, OnnxClap.AudioFile)));

    private static async Task<string> GetTokenizerAsync(HubSnapshot snapshot, HubName name, CancellationToken cancellationToken)
    {
        var files = HubFolders.SettingsIn(snapshot, name.Path ?? "").ToList();
        if (!ClapTokenizer.Vocabularies.Any(file => files.Contains(HubFolders.In(name.Path, file))))
        {
            files.Add(HubFolders.In(name.Path, ClapTokenizer.Vocabularies[0])); // says that it is not there
        }

        await snapshot.GetAsync(files, cancellationToken).ConfigureAwait(false);
        return snapshot.PathOf(name.Path);
    }
}
