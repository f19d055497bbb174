using System.Diagnostics;
using System.Globalization;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Settings;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training.Session;

/// <summary>The log messages and the activities of one training loop.</summary>
internal sealed class RunTrace : IDisposable
{
    private readonly int _total;
    private readonly ILogger _logger;
    private readonly string _run;
    private readonly Activity? _activity;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _epochs;
    private bool _isComplete;

    /// <param name="setup">The run's.</param>
    /// <param name="run">The name of its folder.</param>
    /// <param name="logger">Gets the messages.</param>
    /// <param name="epochs">Epochs done before.</param>
    public RunTrace(RunSetup setup, string run, ILogger logger, int epochs)
    {
        (_total, _run, _logger, _epochs) = (setup.Options.Training.NumEpochs, run, logger, epochs);
        _activity = Tracing.Start(DdpoActivities.Train)?.SetTag(DdpoTags.Run, run);
        Log.RunStarted(logger, setup.SamplesPerEpoch, _total, epochs, setup.Options.Checkpoints.Directory ?? "(none)");
    }

    /// <summary>Runs one epoch within its activity.</summary>
    public async Task<DdpoEpoch> EpochAsync(int index, Func<Task<DdpoEpoch>> epoch)
    {
        // Under the run's by name: the loop is an iterator, and between two epochs the current activity is its caller's.
        using var activity = Tracing.Start(DdpoActivities.Epoch, _activity?.Context ?? default);
        activity?.SetTag(DdpoTags.Run, _run).SetTag(DdpoTags.Epoch, index);
        try
        {
            return await epoch().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Tracing.Fail(activity, exception);
            Tracing.Fail(_activity, exception);
            throw;
        }
    }

    /// <summary>Does what belongs to the run and to no epoch; when it fails, so has the run.</summary>
    public async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Tracing.Fail(_activity, exception);
            throw;
        }
    }

    /// <summary>Tells of an epoch that is done, and that it was the last if it was.</summary>
    public void Done(DdpoEpoch epoch)
    {
        _epochs = epoch.Index + 1;
        var measured = epoch.Measurements.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:G3}"));
        Log.EpochDone(_logger, _epochs, _total, epoch.Reward.Mean, epoch.Reward.Std, string.Join(", ", measured), epoch.Seconds.Total);
        if (epoch.SkippedUpdates > 0)
        {
            Log.UpdatesSkipped(_logger, epoch.Index, epoch.SkippedUpdates);
        }

        _isComplete = _epochs == _total;
        if (epoch.StopReason is { } reason)
        {
            Stopped(reason);
        }
    }

    /// <summary>Tells that a rule ends the run.</summary>
    public void Stopped(string reason)
    {
        Log.StoppedByRule(_logger, _epochs, reason);
        _activity?.SetTag(DdpoTags.StopReason, reason);
        _isComplete = true;
    }

    public void Dispose()
    {
        if (_isComplete)
        {
            Log.RunFinished(_logger, _epochs, _clock.Elapsed);
        }
        else if (_epochs < _total)
        {
            Log.RunLeft(_logger, _epochs, _total);
        }

        _activity?.Dispose();
    }
}
