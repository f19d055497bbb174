using BenchmarkDotNet.Attributes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Benchmarks;

/// <summary>Reading every tensor of a UNet's safetensors file: what loading a pipeline does first.</summary>
[MemoryDiagnoser]
public class CheckpointLoading
{
    private static readonly string s_file =
        Path.Combine(Repository.MusicBox, "unet", "diffusion_pytorch_model.safetensors");

    /// <summary>Loads libtorch.</summary>
    [GlobalSetup]
    public void Setup() => ComputeDevice.RequireLibTorch();

    /// <summary>Opens the file and copies its tensors into memory of their own.</summary>
    [Benchmark]
    public long Safetensors()
    {
        using var scope = NewDisposeScope();
        using var source = CheckpointFile.Open(s_file);
        return source.Entries.Keys.Sum(name => source.Read(name).numel());
    }
}
