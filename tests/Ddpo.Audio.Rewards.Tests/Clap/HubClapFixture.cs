using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The small ClapModel of the fixtures in both of its forms, and the audio of its golden rows.</summary>
internal static class HubClapFixture
{
    /// <summary>The model's folder, with weights for torch.</summary>
    public static string Folder { get; } = Fixtures.Path("rewards", "hf_clap", "model");

    /// <summary>A new folder with the same model in ONNX files, which lie in <paramref name="place"/> below it.</summary>
    public static TemporaryFolder Onnx(string place = "")
    {
        var folder = new TemporaryFolder();
        folder.Copy(Folder, [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".safetensors", StringComparison.Ordinal))]);
        foreach (var name in new[] { "audio_model.onnx", "text_model.onnx" })
        {
            folder.Write(Path.Combine(place, name), File.ReadAllBytes(Fixtures.Path("rewards", "onnx", name)));
        }

        return folder;
    }

    /// <summary>What a row hears: its file as it is, or the crop that its name says.</summary>
    public static AudioClip Clip(string row)
    {
        if (!row.Contains('@', StringComparison.Ordinal))
        {
            return RewardClips.Read(row);
        }

        using var extractor = new ClapFeatureExtractor(ComponentFolder.ReadConfig<ClapFeatureConfig>(Folder, "preprocessor_config.json"), CPU);
        return new AudioClip(RewardClips.Window(row, extractor), extractor.SampleRate);
    }

    /// <summary>Each clip with one of the texts, and where their cosines are in the matrix of all.</summary>
    public static (List<AudioClip> Clips, List<Prompt> Prompts, long[] Texts) Pairs(RewardGolden golden)
    {
        var (rows, texts) = (golden.Strings("audio_rows"), golden.Strings("text_rows"));
        var chosen = rows.Select((_, index) => (long)index % texts.Count).ToArray();
        return ([.. rows.Select(Clip)], [.. chosen.Select(text => new Prompt(texts[(int)text]))], chosen);
    }
}
