using BenchmarkDotNet.Attributes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Benchmarks;

/// <summary>One denoising step with guidance: the UNet on a batch of two, which is nearly all the time that sampling takes.</summary>
/// <remarks>The environment variable DDPO_MODEL names an AudioLDM2 folder; without it, the samples' small model is measured.</remarks>
public class UNetStep
{
    private const int Batch = 2;
    private const int T5Tokens = 16;

    private AudioLdm2UNet2DConditionModel _unet = null!;
    private Tensor _latents = null!, _timestep = null!;
    private TextConditioning _text = null!;
    private DisposeScope _inputs = null!;

    /// <summary>Where to run: the CPU in fp32 and, where there is one, the GPU in bf16.</summary>
    public static IEnumerable<string> Devices => cuda.is_available() ? ["cpu", "cuda:0"] : ["cpu"];

    /// <summary>One of <see cref="Devices"/>.</summary>
    [ParamsSource(nameof(Devices))]
    public string Device { get; set; } = "cpu";

    /// <summary>Length of the audio, in seconds.</summary>
    [Params(2.56, 10.24)]
    public double Seconds { get; set; }

    /// <summary>Loads the model and makes its inputs.</summary>
    [GlobalSetup]
    public void Load()
    {
        var model = Environment.GetEnvironmentVariable("DDPO_MODEL") ?? Repository.MusicBox;
        string Component(string name) => Path.Combine(model, name);

        var placement = new Placement(ComputeDevice.Parse(Device), Device == "cpu" ? ScalarType.Float32 : ScalarType.BFloat16);
        var config = ComponentFolder.ReadConfig<AudioLdm2UNetConfig>(Component("unet"));
        _unet = new AudioLdm2UNet2DConditionModel(config, placement);
        using (var weights = ComponentFolder.OpenWeights(Component("unet")))
        {
            StateDictLoader.Load(_unet, weights);
        }

        var gpt2 = ComponentFolder.ReadConfig<Gpt2Config>(Component("language_model"));
        var t5 = ComponentFolder.ReadConfig<T5Config>(Component("text_encoder_2"));
        var vocoder = ComponentFolder.ReadConfig<SpeechT5HifiGanConfig>(Component("vocoder"));
        var ratio = ComponentFolder.ReadConfig<AutoencoderKLConfig>(Component("vae")).CompressionRatio;
        var melFrames = (long)(Seconds * vocoder.SamplingRate) / vocoder.UpsampleRates.Aggregate(1L, (product, rate) => product * rate);

        _inputs = NewDisposeScope();
        _latents = randn([Batch, config.InChannels, melFrames / ratio, vocoder.ModelInDim / ratio], device: placement.Device);
        _timestep = full([1], 500, ScalarType.Int64, placement.Device);
        _text = TextConditioning.Create(
            randn([Batch, 8, gpt2.ModelDim]), randn([Batch, T5Tokens, t5.ModelDim]), placement,
            t5Mask: ones([Batch, T5Tokens], ScalarType.Int64));
    }

    /// <summary>Predicts the noise once, and waits for the result.</summary>
    [Benchmark]
    public float Predict()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return _unet.Forward(_latents, _timestep, _text).sum().to(ScalarType.Float32).item<float>();
    }

    /// <summary>Frees the model and its inputs.</summary>
    [GlobalCleanup]
    public void Free()
    {
        _inputs.Dispose();
        _unet.Dispose();
    }
}
