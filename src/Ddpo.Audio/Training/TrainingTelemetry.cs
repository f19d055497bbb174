using System.Diagnostics;
using Ddpo.Audio.Diagnostics;
using Ddpo.Audio.Training.Settings;
using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Training;

/// <summary>What one training loop tells those who watch it: messages, activities and measurements.</summary>
internal sealed class TrainingTelemetry : IDisposable
{
    private readonly DdpoSettings _settings;
    private readonly ILogger _logger;
    private readonly string _run;
    private readonly Activity? _activity;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _epochs;
    private bool _isComplete;

    /// <param name="settings">The run's.</param>
    /// <param name="logger">Gets the messages.</param>
    /// <param name="epochs">Epochs done before.</param>
    public TrainingTelemetry(DdpoSettings settings, ILogger logger, int epochs)
    {
        (_settings, _logger, _epochs) = (settings, logger, epochs);
        var directory = settings.Checkpoints.Directory;
        _run = directory is null ? "" : Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        _activity = Tracing.Start(DdpoActivities.Train)?.SetTag(DdpoTags.Run, _run);
        Log.RunStarted(logger, settings.SamplesPerEpoch, settings.Training.NumEpochs, epochs, directory ?? "(none)");
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

    /// <summary>Tells of an epoch that is done, and that it was the last if it was.</summary>
    public void Done(DdpoEpoch epoch)
    {
        _epochs = epoch.Index + 1;
        Log.EpochDone(
            _logger, _epochs, _settings.Training.NumEpochs, epoch.Reward.Mean, epoch.Reward.Std, epoch.ApproxKl, epoch.ClipFraction, epoch.Seconds.Total);
        EpochInstruments.Record(epoch, _run);
        if (epoch.StopReason is { } reason)
        {
            Log.StoppedByRule(_logger, _epochs, reason);
            _activity?.SetTag(DdpoTags.StopReason, reason);
        }

        _isComplete = epoch.StopReason is not null || _epochs == _settings.Training.NumEpochs;
    }

    public void Dispose()
    {
        if (_isComplete)
        {
            Log.RunFinished(_logger, _epochs, _clock.Elapsed);
        }
        else if (_epochs < _settings.Training.NumEpochs)
        {
            Log.RunLeft(_logger, _epochs, _settings.Training.NumEpochs);
        }

        _activity?.Dispose();
    }
}
