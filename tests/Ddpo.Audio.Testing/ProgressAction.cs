namespace Ddpo.Audio.Testing;

/// <summary>Progress that is told at once, on the reporting thread; <see cref="Progress{T}"/> is told later, in any order.</summary>
public sealed class ProgressAction<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
