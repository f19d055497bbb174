using System.Diagnostics;

namespace Ddpo.Audio.Diagnostics;

/// <summary>Measures denoising steps, one after the other, while anybody listens.</summary>
internal struct StepTimer
{
    private readonly string _operation;
    private long _last;

    private StepTimer(string operation) => (_operation, _last) = (operation, Stopwatch.GetTimestamp());

    /// <summary>Begins the first step.</summary>
    /// <param name="operation">What denoising is for (<see cref="DdpoTags.Operation"/>).</param>
    public static StepTimer Start(string operation) => Instruments.DenoiseStepDuration.Enabled ? new(operation) : default;

    /// <summary>Ends a step and begins the next.</summary>
    public void Next()
    {
        if (_last == 0)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        Instruments.DenoiseStepDuration.Record(
            Stopwatch.GetElapsedTime(_last, now).TotalSeconds, new KeyValuePair<string, object?>(DdpoTags.Operation, _operation));
        _last = now;
    }
}
