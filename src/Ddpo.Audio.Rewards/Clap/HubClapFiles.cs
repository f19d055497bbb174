using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>What a hub folder of a ClapModel has beside its weights, whatever these are in.</summary>
internal sealed class HubClapFiles(string folder, ClapRewardOptions options)
{
    /// <summary>The settings of both towers.</summary>
    /// <exception cref="CheckpointException">config.json is missing, or belongs to another kind of model.</exception>
    public ClapConfig ReadConfig()
    {
        var type = ComponentFolder.ReadConfig<TypedConfig>(folder).ModelType;
        return type == "clap" ? ComponentFolder.ReadConfig<ClapConfig>(folder) : throw new CheckpointException(
            $"Expected a model_type of clap in '{Path.Combine(folder, "config.json")}', found {type ?? "none"}. " +
            "Name the folder of a ClapModel, such as laion/larger_clap_music.");
    }

    /// <summary>The settings of the spectrogram.</summary>
    /// <param name="melBins">What the audio tower takes, if that is known.</param>
    /// <exception cref="CheckpointException">The file is missing, needs feature fusion, or does not fit the audio tower.</exception>
    public ClapFeatureConfig ReadFeatures(int? melBins = null)
    {
        var features = ClapFeatureConfig.Read(folder);
        return melBins is null || features.FeatureSize == melBins ? features : throw new CheckpointException(
            $"'{Path.Combine(folder, ClapFeatureConfig.FileName)}' makes {features.FeatureSize} mel bins (feature_size), and the audio tower takes " +
            $"{melBins} (num_mel_bins of config.json). Take both files from one model.");
    }

    /// <summary>The tokens of texts as transformers pads them: to the longest.</summary>
    /// <exception cref="CheckpointException">There is no tokenizer, or a file of it is not what it should be.</exception>
    public Func<IReadOnlyList<string>, TokenBatch> ReadTokenizer()
    {
        var tokenizer = ClapTokenizer.Read(ClapTokenizer.FindFolder(options.TokenizerFolder, folder, Path.Combine(folder, "tokenizer")));
        return texts => tokenizer.Encode(texts).WithoutCommonPadding();
    }

    private sealed record TypedConfig(string? ModelType);
}
