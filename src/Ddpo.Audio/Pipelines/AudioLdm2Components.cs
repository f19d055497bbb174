using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.HifiGan;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Models.UNet;
using Ddpo.Audio.Models.Vae;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Pipelines;

/// <summary>The parts of an AudioLDM2 checkpoint, named as in its <c>model_index.json</c>. Owner of the models.</summary>
internal sealed class AudioLdm2Components : IDisposable
{
    // What each component may be; the published checkpoints name the fast tokenizers, which give the same ids.
    private static readonly Dictionary<string, string[]> s_classes = new()
    {
        ["tokenizer"] = ["RobertaTokenizer", "RobertaTokenizerFast"],
        ["text_encoder"] = ["ClapModel"],
        ["tokenizer_2"] = ["T5Tokenizer", "T5TokenizerFast"],
        ["text_encoder_2"] = ["T5EncoderModel"],
        ["projection_model"] = ["AudioLDM2ProjectionModel"],
        ["language_model"] = ["GPT2Model", "GPT2LMHeadModel"], // the latter since diffusers 0.33; its word head is not used
        ["unet"] = ["AudioLDM2UNet2DConditionModel"],
        ["scheduler"] = ["DDIMScheduler", DpmSolverFolder.ClassName],
        ["vae"] = ["AutoencoderKL"],
        ["vocoder"] = ["SpeechT5HifiGan"],
    };

    private const string FeatureExtractor = "feature_extractor";

    // The folders with weights. CLAP's audio side waits until clips are ranked, and nothing is ever encoded.
    private static readonly Dictionary<string, StateDictRules> s_models = new()
    {
        ["text_encoder"] = ClapModel.RulesOf(ClapTowers.Text),
        ["text_encoder_2"] = T5EncoderModel.Rules,
        ["projection_model"] = StateDictRules.Strict,
        ["language_model"] = Gpt2Model.Rules,
        ["unet"] = StateDictRules.Strict,
        ["vae"] = AutoencoderKLKeys.DecoderRules,
        ["vocoder"] = StateDictRules.Strict,
    };

    private AudioLdm2Components()
    {
    }

    /// <summary>The folders with weights.</summary>
    public static IEnumerable<string> Models => s_models.Keys;

    /// <summary>The other folders that are read.</summary>
    public static IEnumerable<string> Others => s_classes.Keys.Except(Models).Append(FeatureExtractor);

    public required ITextTokenizer Tokenizer { get; init; }

    /// <summary>CLAP's text side.</summary>
    public required ClapModel TextEncoder { get; init; }

    /// <summary>CLAP's audio side.</summary>
    public required LazyAudioTower AudioTower { get; init; }

    public required ITextTokenizer Tokenizer2 { get; init; }

    public required T5EncoderModel TextEncoder2 { get; init; }

    public required AudioLdm2ProjectionModel ProjectionModel { get; init; }

    public required Gpt2Model LanguageModel { get; init; }

    /// <summary>Vectors that GPT-2 generates for each prompt.</summary>
    public required int MaxNewTokens { get; init; }

    public required AudioLdm2UNet2DConditionModel UNet { get; init; }

    /// <summary>How the noise grows, and DDIM's settings.</summary>
    public required DdimScheduler Scheduler { get; init; }

    /// <summary>What the checkpoint generates by.</summary>
    public required AudioScheduler GenerationScheduler { get; init; }

    /// <summary>The autoencoder without its encoder.</summary>
    public required AutoencoderKL Vae { get; init; }

    public required SpeechT5HifiGan Vocoder { get; init; }

    /// <summary>Where the settings of CLAP's audio side lie.</summary>
    public required string FeatureExtractorFolder { get; init; }

    public Device Device => UNet.Placement.Device;

    /// <summary>Reads a checkpoint folder.</summary>
    /// <exception cref="CheckpointException">A file is missing or damaged, or a component is of a class that is not known.</exception>
    public static AudioLdm2Components Load(
        string directory, AudioLdm2PipelineOptions options, IProgress<LoadProgress>? progress, CancellationToken cancellationToken)
    {
        var index = ModelIndex.Read(directory);
        foreach (var (component, classes) in s_classes)
        {
            index.FolderOf(component, classes);
        }

        var placement = new Placement(ComputeDevice.Parse(options.Device), ToScalarType(options.Precision));
        var decoding = placement with { Dtype = ToScalarType(options.DecodingPrecision ?? options.Precision) };
        var schedulerFolder = Path.Combine(directory, "scheduler");
        var (noise, scheduler) = index.Components["scheduler"].ClassName == DpmSolverFolder.ClassName
            ? DpmSolverFolder.Read(schedulerFolder)
            : (DdimScheduler.FromFolder(schedulerFolder), AudioScheduler.Ddim);
        var variant = options.Hub.Variant;
        using var loader = new ComponentLoader(directory, s_models, variant, progress, cancellationToken);
        var clapFolder = loader.Folder("text_encoder");
        return loader.Complete(new AudioLdm2Components
        {
            Tokenizer = RobertaTokenizer.FromFolder(loader.Folder("tokenizer")),
            TextEncoder = loader.Load("text_encoder", bytes => ClapModel.Load(clapFolder, placement, ClapTowers.Text, bytes, variant, cancellationToken)),
            AudioTower = new LazyAudioTower(clapFolder, placement, variant),
            Tokenizer2 = T5Tokenizer.FromFolder(loader.Folder("tokenizer_2")),
            TextEncoder2 = loader.Load("text_encoder_2", placement, (T5Config config, Placement where) => new T5EncoderModel(config, where)),
            ProjectionModel = loader.Load(
                "projection_model", placement, (AudioLdm2ProjectionConfig config, Placement where) => new AudioLdm2ProjectionModel(config, where)),
            LanguageModel = loader.Load("language_model", placement, (Gpt2Config config, Placement where) => new Gpt2Model(config, where)),
            MaxNewTokens = loader.Config<Gpt2Config>("language_model").MaxNewTokens,
            FeatureExtractorFolder = loader.Folder(FeatureExtractor),
            UNet = loader.Load(
                "unet", placement, (AudioLdm2UNetConfig config, Placement where) => new AudioLdm2UNet2DConditionModel(config, where)),
            Scheduler = noise,
            GenerationScheduler = scheduler,
            Vae = loader.Load("vae", bytes => AutoencoderKL.Load(loader.Folder("vae"), decoding, bytes, variant, withEncoder: false, cancellationToken)),
            Vocoder = loader.Load("vocoder", bytes => SpeechT5HifiGan.Load(loader.Folder("vocoder"), decoding, bytes, variant, cancellationToken)),
        });
    }

    /// <summary>Checks that an index names components that are known.</summary>
    /// <exception cref="CheckpointException">It does not.</exception>
    public static void CheckClasses(ModelIndex index)
    {
        foreach (var (component, classes) in s_classes)
        {
            index.Require(component, classes);
        }
    }

    public void Dispose()
    {
        nn.Module[] models = [TextEncoder, TextEncoder2, ProjectionModel, LanguageModel, UNet, Vae, Vocoder];
        Array.ForEach(models, model => model.Dispose());
        AudioTower.Dispose();
    }

    private static ScalarType ToScalarType(Precision precision) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        Precision.Float16 => ScalarType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected a member of Precision."),
    };
}
