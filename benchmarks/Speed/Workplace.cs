using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Benchmarks.Speed;

/// <summary>Where everything is measured: one process, one thread that owns the tensors, one device, one model.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly Device _device;

    /// <summary>Loads libtorch, and starts the thread.</summary>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public Workplace(SpeedOptions options)
    {
        Options = options;
        ThreadLimit.Set(options.Threads);
        _device = ComputeDevice.Parse(options.Device); // loads libtorch, before anything else touches it
        Threads = get_num_threads();
        Model = options.PublishedSize ? MeasuredModel.Published() : MeasuredModel.InFolder(options.Model ?? MeasuredModel.MusicBox);
    }

    /// <summary>What was asked for.</summary>
    public SpeedOptions Options { get; }

    /// <summary>Threads of libtorch's.</summary>
    public int Threads { get; }

    /// <summary>The model.</summary>
    public MeasuredModel Model { get; }

    /// <summary>Owns every tensor of the stages.</summary>
    public TorchWorker Worker { get; } = new("speed");

    /// <summary>On the device that was asked for.</summary>
    public Placement Placement(ScalarType type) => new(_device, type);

    /// <summary>Returns when the device has done what it was given.</summary>
    public void WaitForDevice()
    {
        if (_device.type == DeviceType.CUDA)
        {
            cuda.synchronize(_device);
        }
    }

    public ValueTask DisposeAsync() => Worker.DisposeAsync();
}
