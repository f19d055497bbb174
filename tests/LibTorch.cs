using System.Runtime.CompilerServices;
using Ddpo.Audio.Runtime;
using Xunit;

// Tensors belong to the thread that made them, and libtorch already uses every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

/// <summary>Loads libtorch as the library does, for tests that use TorchSharp themselves.</summary>
internal static class LibTorch
{
#pragma warning disable CA2255 // This assembly is a program's.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Load() => ComputeDevice.RequireLibTorch();
}
