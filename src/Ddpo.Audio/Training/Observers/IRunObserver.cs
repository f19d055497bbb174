namespace Ddpo.Audio;

/// <summary>Is told of a run as it goes, and never changes it: to write a report, feed a dashboard, send a message.</summary>
/// <remarks>
/// <para>Thread-safety: told of one thing at a time, in order, from any thread; the run waits until it returns, so what takes long belongs into a
/// queue.</para>
/// <para>Failure: whatever it throws is logged with the observer's type, and the run goes on as if there had been no observer.</para>
/// <para>Ownership: an observer that is given to a builder stays the caller's.</para>
/// </remarks>
public interface IRunObserver
{
    /// <summary>A trainer is about to train, from the beginning or from a checkpoint. Once a trainer.</summary>
    void OnStart(RunStart run)
    {
    }

    /// <summary>An epoch is done.</summary>
    void OnEpoch(DdpoEpoch epoch)
    {
    }

    /// <summary>Validation clips were made and scored; they are on disk.</summary>
    void OnValidation(ValidationRound round)
    {
    }

    /// <summary>A checkpoint was written.</summary>
    /// <param name="folder">Its folder.</param>
    void OnCheckpoint(string folder)
    {
    }

    /// <summary>A training loop ended, for now or for good.</summary>
    void OnEnd(RunEnd runEnd)
    {
    }
}

/// <summary>A run that begins or goes on.</summary>
public sealed record RunStart
{
    /// <summary>Gets the name of the run's folder; empty without one.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the run's folder, which exists; <see langword="null"/> when nothing is written.</summary>
    public required string? Directory { get; init; }

    /// <summary>Gets the epochs that the run is to have.</summary>
    public required int NumEpochs { get; init; }

    /// <summary>Gets the run's settings as JSON; what <c>settings.json</c> says.</summary>
    public required string Settings { get; init; }

    /// <summary>Gets the epochs that were done before, when the run goes on; empty when it begins.</summary>
    public required IReadOnlyList<DdpoEpoch> History { get; init; }

    /// <summary>Gets the validation clips that were made before.</summary>
    public required IReadOnlyList<ValidationRound> Validations { get; init; }
}

/// <summary>How a training loop ended.</summary>
/// <param name="Outcome">In a word.</param>
/// <param name="Epochs">Epochs done, over all of the run.</param>
/// <param name="Reason">Why; empty when all epochs are done.</param>
public sealed record RunEnd(RunOutcome Outcome, int Epochs, string Reason);

/// <summary>How a training loop ended.</summary>
public enum RunOutcome
{
    /// <summary>All epochs are done.</summary>
    Finished,

    /// <summary>It ended early, in order: by a rule, by cancellation, or because the program took no further epoch.</summary>
    Stopped,

    /// <summary>It ended by an error.</summary>
    Failed,
}
