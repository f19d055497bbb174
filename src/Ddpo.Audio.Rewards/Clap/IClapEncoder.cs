using Ddpo.Audio.Tokenizers;

namespace Ddpo.Audio.Rewards.Clap;

/// <summary>Both towers of a CLAP model, whatever runs them. Belongs to one thread; on TorchSharp, several may encode audio at a time.</summary>
internal interface IClapEncoder : IDisposable
{
    /// <summary>Log-mels in dB [windows, 1, frames, mel bins] to a vector with an L2 norm of 1 for each window.</summary>
    IReadOnlyList<float[]> EncodeAudio(Tensor logMels, CancellationToken cancellationToken);

    /// <summary>Tokens to a vector with an L2 norm of 1 for each text.</summary>
    IReadOnlyList<float[]> EncodeText(TokenBatch tokens, CancellationToken cancellationToken);
}
