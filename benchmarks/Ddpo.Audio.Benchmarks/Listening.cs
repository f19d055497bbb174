using BenchmarkDotNet.Attributes;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Rewards;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Benchmarks;

/// <summary>From latents to scores, for a batch of 16 short clips: where most of a small model's time goes.</summary>
/// <remarks>The environment variable DDPO_MODEL names an AudioLDM2 folder; without it, the samples' small model is measured. The rewards are the samples'.</remarks>
public class Listening
{
    private const int Clips = 16;
    private const double Seconds = 1.28;

    private AutoencoderKL _vae = null!;
    private SpeechT5HifiGan _vocoder = null!;
    private ClapReward _clap = null!;
    private EmopiaReward _emopia = null!;
    private DisposeScope _inputs = null!;
    private Tensor _latents = null!, _mel = null!;
    private AudioClip[] _clips = [];
    private Prompt[] _prompts = [];

    /// <summary>Threads of libtorch.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Loads the models and makes their inputs.</summary>
    [GlobalSetup]
    public async Task LoadAsync()
    {
        set_num_threads(Threads);
        var model = Environment.GetEnvironmentVariable("DDPO_MODEL") ?? Repository.MusicBox;
        var placement = new Placement(ComputeDevice.Parse("cpu"), ScalarType.Float32);
        _vae = AutoencoderKL.Load(Path.Combine(model, "vae"), placement);
        _vocoder = SpeechT5HifiGan.Load(Path.Combine(model, "vocoder"), placement);
        _clap = await ClapReward.FromPretrainedAsync(Path.Combine(Repository.MusicBox, "..", "clap", "musicbox_clap.pt"));
        _emopia = await EmopiaReward.FromPretrainedAsync(Path.Combine(Repository.MusicBox, "..", "emopia", "best_weight", "wav", "ar_va", "best.ckpt"));

        _inputs = NewDisposeScope();
        var frames = (long)(Seconds * _vocoder.Config.SamplingRate) / _vocoder.Config.UpsampleRates.Aggregate(1L, (product, rate) => product * rate);
        var (ratio, bins) = (_vae.Config.CompressionRatio, _vocoder.Config.ModelInDim);
        _latents = randn([Clips, _vae.Config.LatentChannels, frames / ratio, bins / ratio]);
        _mel = randn([Clips, frames, bins]);
        var random = new Random(1);
        _clips = [.. Enumerable.Range(0, Clips).Select(_ => new AudioClip(Enumerable.Range(0, (int)(Seconds * 16000)).Select(_ => (random.NextSingle() - 0.5f) / 2).ToArray(), 16000))];
        _prompts = [.. Enumerable.Repeat(new Prompt("a happy piano") { Metadata = new Dictionary<string, string> { ["emotion"] = "happy" } }, Clips)];
    }

    /// <summary>Latents to log-mels.</summary>
    [Benchmark]
    public void Vae() => Run(() => _vae.Decode(_latents));

    /// <summary>Log-mels to samples.</summary>
    [Benchmark]
    public void Vocoder() => Run(() => _vocoder.call(_mel));

    /// <summary>CLAP's scores.</summary>
    [Benchmark]
    public Task<IReadOnlyList<float>> Clap() => _clap.ScoreAsync(_clips, _prompts);

    /// <summary>EMOPIA's scores.</summary>
    [Benchmark]
    public Task<IReadOnlyList<float>> Emopia() => _emopia.ScoreAsync(_clips, _prompts);

    /// <summary>Frees the models and their inputs.</summary>
    [GlobalCleanup]
    public async Task FreeAsync()
    {
        _inputs.Dispose();
        _vae.Dispose();
        _vocoder.Dispose();
        await _clap.DisposeAsync();
        await _emopia.DisposeAsync();
    }

    private static void Run(Func<Tensor> forward)
    {
        using var gradients = no_grad();
        using var result = forward();
    }
}
