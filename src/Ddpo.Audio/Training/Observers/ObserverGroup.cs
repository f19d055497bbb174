using Ddpo.Audio.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Observers;

/// <summary>All observers of a run: the library's own, which it owns, and the user's. One that fails is reported, and disturbs nobody.</summary>
/// <param name="own">Told first; disposed with this.</param>
/// <param name="others">The user's.</param>
/// <param name="logger">Told of those that fail.</param>
internal sealed class ObserverGroup(IReadOnlyList<IRunObserver> own, IReadOnlyList<IRunObserver> others, ILogger logger) : IRunObserver, IDisposable
{
    public void OnStart(RunStart run) => Tell(observer => observer.OnStart(run));

    public void OnEpoch(DdpoEpoch epoch) => Tell(observer => observer.OnEpoch(epoch));

    public void OnValidation(ValidationRound round) => Tell(observer => observer.OnValidation(round));

    public void OnCheckpoint(string folder) => Tell(observer => observer.OnCheckpoint(folder));

    public void OnEnd(RunEnd runEnd) => Tell(observer => observer.OnEnd(runEnd));

    public void Dispose()
    {
        foreach (var observer in own.OfType<IDisposable>())
        {
            observer.Dispose();
        }
    }

    private void Tell(Action<IRunObserver> tell)
    {
        foreach (var observer in own.Concat(others))
        {
            try
            {
                tell(observer);
            }
#pragma warning disable CA1031 // Whatever it is, the run is none of it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.ObserverFailed(logger, observer.GetType().Name, exception);
            }
        }
    }
}
