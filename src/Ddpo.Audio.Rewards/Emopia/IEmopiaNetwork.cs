namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>The short-chunk ResNet, whatever runs it. Belongs to one thread; on TorchSharp, several may ask for logits at a time.</summary>
internal interface IEmopiaNetwork : IDisposable
{
    /// <summary>Where the input is to be made.</summary>
    Device Device { get; }

    /// <summary>The mel filters of its input, [bins, bands].</summary>
    Tensor MelFilters { get; }

    /// <summary>How many logits it gives.</summary>
    int Classes { get; }

    /// <summary>Mel power [chunks, 1, bands, frames] to logits [chunks, classes].</summary>
    Tensor Logits(Tensor mel, CancellationToken cancellationToken = default);
}
