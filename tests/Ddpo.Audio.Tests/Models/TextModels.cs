using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.AudioLdm2;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Models.Gpt2;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Models.T5;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Models;

/// <summary>The text side of a pipeline folder, loaded, and the golden cases for it.</summary>
internal static class TextModels
{
    public static string Tiny { get; } = Fixtures.Path("tiny-audioldm2");

    public static string Musicbox { get; } = Path.Combine(Fixtures.Repository, "samples", "assets", "musicbox", "audioldm2-musicbox");

    /// <summary>A golden case's name, and the prefix of the tensors of its positive or negative half.</summary>
    public static TheoryData<string, string> GoldenHalves()
    {
        var halves = new TheoryData<string, string>();
        foreach (var name in GoldenCase.All("golden/text_encoding"))
        {
            using var golden = GoldenCase.Open(name);
            halves.Add(name, "");
            if (golden.Has("negative_text_embeds"))
            {
                halves.Add(name, "negative_");
            }
        }

        return halves;
    }

    public static ClapModel Clap(string root, Placement? placement = null)
    {
        var folder = Path.Combine(root, "text_encoder");
        var config = ComponentFolder.ReadConfig<ClapConfig>(folder);
        return Filled(new ClapModel(config, placement ?? Placement.Cpu), folder, ClapModel.Rules);
    }

    public static T5EncoderModel T5(string root, Placement? placement = null)
    {
        var folder = Path.Combine(root, "text_encoder_2");
        var config = ComponentFolder.ReadConfig<T5Config>(folder);
        return Filled(new T5EncoderModel(config, placement ?? Placement.Cpu), folder, T5EncoderModel.Rules);
    }

    public static AudioLdm2ProjectionModel Projection(string root, Placement? placement = null)
    {
        var folder = Path.Combine(root, "projection_model");
        var config = ComponentFolder.ReadConfig<AudioLdm2ProjectionConfig>(folder);
        return Filled(new AudioLdm2ProjectionModel(config, placement ?? Placement.Cpu), folder, StateDictRules.Strict);
    }

    public static Gpt2Model Gpt2(string root, Placement? placement = null)
    {
        var folder = Path.Combine(root, "language_model");
        var config = ComponentFolder.ReadConfig<Gpt2Config>(folder);
        return Filled(new Gpt2Model(config, placement ?? Placement.Cpu), folder, Gpt2Model.Rules);
    }

    /// <summary>A published model's shape, without memory for its weights.</summary>
    public static Placement Meta { get; } = new(META, ScalarType.Float32);

    private static TModule Filled<TModule>(TModule module, string folder, StateDictRules rules)
        where TModule : nn.Module
    {
        using var source = ComponentFolder.OpenWeights(folder);
        StateDictLoader.Load(module, source, rules);
        return module;
    }
}
