namespace Ddpo.Audio.Models.HifiGan;

/// <summary>The vocoder folder's config.json; what it lacks has transformers' default.</summary>
internal sealed record SpeechT5HifiGanConfig
{
    // No weight depends on them, but memory does.
    private const int MaxDilation = 1024;
    private const int MaxSamplingRate = 768_000;

    public double LeakyReluSlope { get; init; } = 0.1;

    /// <summary>Mel bands.</summary>
    public int ModelInDim { get; init; } = 80;

    /// <summary>Whether the spectrogram is standardised by the stored mean and scale first.</summary>
    public bool NormalizeBefore { get; init; } = true;

    public IReadOnlyList<IReadOnlyList<int>> ResblockDilationSizes { get; init; } = [[1, 3, 5], [1, 3, 5], [1, 3, 5]];

    public IReadOnlyList<int> ResblockKernelSizes { get; init; } = [3, 7, 11];

    /// <summary>Samples per second of the waveform.</summary>
    public int SamplingRate { get; init; } = 16000;

    public int UpsampleInitialChannel { get; init; } = 512;

    public IReadOnlyList<int> UpsampleKernelSizes { get; init; } = [8, 8, 8, 8];

    public IReadOnlyList<int> UpsampleRates { get; init; } = [4, 4, 4, 4];

    /// <summary>Rejects what this library's model cannot be built from.</summary>
    /// <param name="location">The component's folder, for the message.</param>
    /// <exception cref="CheckpointException">A setting contradicts another.</exception>
    public void Validate(string location)
    {
        Require(
            UpsampleRates.Count > 0 && UpsampleRates.Count == UpsampleKernelSizes.Count,
            $"upsample_rates has {UpsampleRates.Count} entries and upsample_kernel_sizes {UpsampleKernelSizes.Count}; "
            + "they must have the same number, at least one");
        Require(
            UpsampleRates.Zip(UpsampleKernelSizes).All(layer => layer.First > 0 && layer.Second >= layer.First),
            "every entry of upsample_kernel_sizes must be at least that of upsample_rates");
        Require(
            ResblockKernelSizes.Count > 0 && ResblockKernelSizes.Count == ResblockDilationSizes.Count,
            $"resblock_kernel_sizes has {ResblockKernelSizes.Count} entries and resblock_dilation_sizes "
            + $"{ResblockDilationSizes.Count}; they must have the same number, at least one");
        Require(ResblockKernelSizes.All(kernel => kernel % 2 == 1), "every entry of resblock_kernel_sizes must be odd");
        Require(
            ResblockDilationSizes.All(dilations => dilations is { Count: > 0 } && dilations.All(dilation => dilation is > 0 and <= MaxDilation)),
            $"every entry of resblock_dilation_sizes must be a list of numbers from 1 to {MaxDilation}, at least one");
        Require(SamplingRate is > 0 and <= MaxSamplingRate, $"sampling_rate is {SamplingRate}; it must be from 1 to {MaxSamplingRate}");
        Require(
            UpsampleRates.Count < 32 && UpsampleInitialChannel >> UpsampleRates.Count > 0,
            $"upsample_initial_channel is {UpsampleInitialChannel}, too few to be halved {UpsampleRates.Count} times");

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                throw new CheckpointException($"The SpeechT5HifiGan configuration in '{location}' cannot be used: {problem}.");
            }
        }
    }
}
