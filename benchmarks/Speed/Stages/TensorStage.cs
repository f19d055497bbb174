namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>A stage that works in tensors: all of it runs on the one thread that owns them, each call in a dispose scope of its own and without gradients.</summary>
/// <param name="place">Where it runs.</param>
internal abstract class TensorStage(Workplace place) : IStage
{
    public abstract string Case { get; }

    public virtual string? Reference => null;

    public virtual double GigaOperations => 0;

    public virtual string Remark => "";

    /// <summary>Where it runs.</summary>
    protected Workplace Place => place;

    public Task SetUpAsync() => place.Worker.RunAsync(SetUp);

    public Task RunAsync() => place.Worker.RunAsync(() =>
    {
        Ours();
        place.WaitForDevice();
    });

    public Task RunReferenceAsync() => place.Worker.RunAsync(() =>
    {
        TheReference();
        place.WaitForDevice();
    });

    public async ValueTask DisposeAsync() => await place.Worker.RunAsync(Free);

    /// <summary>Makes models and inputs, which are to outlive the scope.</summary>
    protected abstract void SetUp();

    /// <summary>Runs ours.</summary>
    protected abstract void Ours();

    /// <summary>Runs what it is compared with.</summary>
    protected virtual void TheReference()
    {
    }

    /// <summary>Frees what <see cref="SetUp"/> made, as far as it came.</summary>
    protected abstract void Free();
}
