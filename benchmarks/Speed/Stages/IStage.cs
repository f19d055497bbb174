namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>Something that is measured: ours and, where there is one, what it is compared with.</summary>
/// <remarks>To add one, implement this (or <see cref="TensorStage"/>) and name it in <see cref="SpeedParts"/>.</remarks>
internal interface IStage : IAsyncDisposable
{
    /// <summary>Which of a part's stages this is, such as "fp32, batch 2".</summary>
    string Case { get; }

    /// <summary>What ours is compared with; <see langword="null"/>: nothing.</summary>
    string? Reference => null;

    /// <summary>Additions and multiplications of one run of ours in products and convolutions, in 10⁹; 0: not counted. Known after <see cref="SetUpAsync"/>.</summary>
    double GigaOperations => 0;

    /// <summary>Something else to know about the figures. Known after <see cref="SetUpAsync"/>.</summary>
    string Remark => "";

    /// <summary>Makes what is needed. Not measured.</summary>
    /// <exception cref="NotMeasuredException">It cannot be measured here.</exception>
    Task SetUpAsync();

    /// <summary>Called before each of the two below. Not measured.</summary>
    Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Runs ours once.</summary>
    Task RunAsync();

    /// <summary>Runs what it is compared with once.</summary>
    Task RunReferenceAsync() => Task.CompletedTask;
}
