using BenchmarkDotNet.Attributes;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Runtime.Ops;

namespace Ddpo.Audio.Benchmarks;

/// <summary>What it costs to hold numbers while libtorch reads them: a guided step's arithmetic by TorchSharp's operators, and by ours.</summary>
[MemoryDiagnoser]
public class NumberOperations
{
    private Tensor _first = null!;
    private Tensor _second = null!;

    /// <summary>Loads libtorch, and makes two latents of the musicbox's size.</summary>
    [GlobalSetup]
    public void Setup()
    {
        ComputeDevice.RequireLibTorch();
        (_first, _second) = (randn(1, 8, 32, 16), randn(1, 8, 32, 16));
    }

    /// <summary>Temporary Scalars, which a collection may free too early.</summary>
    [Benchmark(Baseline = true)]
    public void Operators()
    {
        using var scope = NewDisposeScope();
        _ = _first + ((_second - _first) * 3.5);
    }

    /// <summary>Held ones.</summary>
    [Benchmark]
    public void Held()
    {
        using var scope = NewDisposeScope();
        _ = _first.Add((_second - _first).Multiply(3.5));
    }
}
