using Ddpo.Audio.Models.Clap;
using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>What is loaded from a checkpoint, and how the library that it comes from uses it.</summary>
/// <param name="Encoder">The towers.</param>
/// <param name="Features">The spectrogram in front of the audio tower.</param>
/// <param name="Tokenize">The tokens of texts, padded as that library does.</param>
/// <param name="QuantizesToInt16">Whether that library rounds samples to 16 bits.</param>
internal sealed record ClapParts(
    IClapEncoder Encoder,
    ClapFeatureExtractor Features,
    Func<IReadOnlyList<string>, TokenBatch> Tokenize,
    bool QuantizesToInt16) : IDisposable
{
    /// <summary>Makes the spectrogram, which is quick and may find settings that contradict each other, then loads the towers.</summary>
    public static ClapParts Create(
        ClapFeatureConfig features, Device device, Func<IReadOnlyList<string>, TokenBatch> tokenize, bool quantizesToInt16, Func<IClapEncoder> load)
    {
        var extractor = new ClapFeatureExtractor(features, device);
        try
        {
            return new ClapParts(load(), extractor, tokenize, quantizesToInt16);
        }
        catch
        {
            extractor.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Features.Dispose();
        Encoder.Dispose();
    }
}
