using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Rewards.Clap;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Rewards.Tests.Clap;

/// <summary>The small laion_clap checkpoint of the fixtures, and the audio of its golden rows.</summary>
internal static class ClapFixture
{
    private static readonly string s_folder = Fixtures.Path("rewards", "laion_clap");
    private static readonly JsonElement s_model = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(s_folder, "model.json"))).RootElement;

    /// <summary>The checkpoint's file.</summary>
    public static string Checkpoint { get; } = Path.Combine(s_folder, s_model.GetProperty("checkpoint").GetString()!);

    /// <summary>Options that name what no tensor tells.</summary>
    public static ClapRewardOptions Options => new()
    {
        TextHeads = s_model.GetProperty("text").GetProperty("num_attention_heads").GetInt32(),
    };

    /// <summary>Features of a token.</summary>
    public static int TextWidth { get; } = s_model.GetProperty("text").GetProperty("hidden_size").GetInt32();

    /// <summary>Loads the reward.</summary>
    public static Task<ClapReward> LoadAsync(Action<ClapRewardOptions>? change = null)
    {
        var options = Options;
        change?.Invoke(options);
        return ClapReward.FromPretrainedAsync(Checkpoint, options);
    }

    /// <summary>What a reward is made of; the caller disposes it.</summary>
    public static ClapParts Load() => ClapLoader.Load(Checkpoint, Options, progress: null, CancellationToken.None);

    /// <summary>The model alone; the caller disposes it.</summary>
    public static ClapModel Model()
    {
        using var checkpoint = LaionClapCheckpoint.Open(Checkpoint);
        var model = new ClapModel(checkpoint.ReadConfig(Options.TextHeads), Placement.Cpu);
        StateDictLoader.Load(model, checkpoint.Tensors, new StateDictRules { MayBeMissing = ClapModel.MayBeMissing });
        return model;
    }

    /// <summary>The feature extractor of the checkpoint's configuration.</summary>
    public static ClapFeatureExtractor Extractor()
    {
        using var checkpoint = LaionClapCheckpoint.Open(Checkpoint);
        return new(new LaionClapFiles(Checkpoint, Options).ReadFeatureConfig(checkpoint.ReadConfig(Options.TextHeads).AudioConfig.NumMelBins), CPU);
    }

    /// <summary>A row's samples in the window that the model hears, resampled as the original does.</summary>
    public static float[] Window(string row)
    {
        using var extractor = Extractor();
        var options = new ClapRewardOptions { Resampling = ClapResampling.KaiserBest };
        return new ClapFrontEnd(extractor, options, quantizesToInt16: true).Windows(Clip(row, options.Resampling)).Single();
    }

    /// <summary>What a row hears: its file as it is, or a crop at the model's rate where it is longer than the model's window.</summary>
    public static AudioClip Clip(string row, ClapResampling resampling)
    {
        using var extractor = Extractor();
        var (name, offset) = RewardClips.Parse(row);
        var clip = name switch
        {
            "silence" => new AudioClip(new float[extractor.SampleRate], extractor.SampleRate),
            "tiled" => Tiled(extractor.SampleRate, resampling),
            _ => RewardClips.Read(row),
        };
        var resampled = Mono(clip, extractor.SampleRate, resampling);
        return resampled.Frames <= extractor.WindowLength
            ? clip
            : new AudioClip(resampled.Samples.Slice(offset, extractor.WindowLength), extractor.SampleRate);
    }

    private static AudioClip Mono(AudioClip clip, int rate, ClapResampling resampling) =>
        clip.ToMono().ResampleTo(rate, resampling == ClapResampling.Sinc ? ResampleFilter.SincHann : ResampleFilter.KaiserBest);

    /// <summary>The row that the description makes of another, whose channels are mixed first.</summary>
    private static AudioClip Tiled(int rate, ClapResampling resampling)
    {
        using var golden = RewardGolden.Open("laion_clap/audio_features");
        var description = golden.Json.GetProperty("tiled").GetString()!;
        var match = Regex.Match(description, @"^(?<clip>[^\s,]+).* repeated (?<times>\d+) times,.* cut to (?<length>\d+) samples");
        Assert.True(match.Success, description);
        var clip = Mono(RewardClips.Read(match.Groups["clip"].Value), rate, resampling);
        var times = int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture);
        var length = int.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture);
        var samples = Enumerable.Repeat(clip.Samples.ToArray(), times).SelectMany(part => part).Take(length).ToArray();
        return new AudioClip(samples, rate);
    }
}
