using System.Text.Json.Nodes;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Settings;
using Ddpo.Audio.Training.Observers;
using Ddpo.Audio.Training.Parameters;

namespace Ddpo.Audio.Training.Session.Stopping;

/// <summary>
/// Keeps the weights of the best validation round: in the CPU's memory, in the run's folder, and in every checkpoint. On the pipeline's thread.
/// </summary>
internal sealed class BestWeights : IDisposable
{
    private readonly BestRule _rule;
    private readonly BestRoundOptions _options;
    private readonly Learner _learner;
    private readonly BestFolders _folders;
    private readonly Tensor _values;

    private BestWeights(DdpoOptions options, BestRoundOptions best, Learner learner, string root, BestRound? before)
    {
        (_options, _learner, _folders) = (best, learner, new BestFolders(root));
        _rule = new BestRule(best, MeasureOf(options, best), before);
        using var noGradient = no_grad();
        _values = empty(learner.Result.shape, learner.Result.dtype).DetachFromDisposeScope();
    }

    /// <summary>What a run remembers.</summary>
    public BestRound? Best => _rule.Best;

    /// <inheritdoc cref="BestRule.StopReason"/>
    public string? StopReason => _rule.StopReason;

    /// <summary>Whether <see cref="Save"/> is what a trainer saves.</summary>
    public bool IsSaved => _options.SaveBest && Best is not null;

    /// <summary>Takes a run up where it is.</summary>
    /// <param name="options">All settings, which ask for the best.</param>
    /// <param name="learner">Has the weights; stays the caller's.</param>
    /// <param name="root">The run's folder.</param>
    /// <param name="from">What to go on from; <see langword="null"/> for a new run.</param>
    /// <param name="now">The round that was made with the weights as they are, if there is one already.</param>
    /// <exception cref="CheckpointException">The checkpoint does not fit, or the folder cannot be written.</exception>
    public static BestWeights Begin(DdpoOptions options, Learner learner, string root, TrainingCheckpoint? from, ValidationRound? now)
    {
        var best = new BestWeights(options, options.Stopping.Best!, learner, root, from?.State.Best);
        try
        {
            if (best.Best is not null)
            {
                WeightsFile.Read(from!.Folder, WeightsFile.Best, best._values);
                best.Keep(); // in the place of others, such as those of epochs that are to be done again
            }
            else
            {
                best._folders.Clear();
            }

            if (now is not null)
            {
                best.Judge(now);
            }

            return best;
        }
        catch
        {
            best.Dispose();
            throw;
        }
    }

    /// <summary>Looks at a round that was made with the weights as they are, and keeps them when it is the best.</summary>
    /// <exception cref="CheckpointException">They could not be written.</exception>
    public void Judge(ValidationRound round)
    {
        if (_rule.Judge(round))
        {
            using var noGradient = no_grad();
            _values.copy_(_learner.Result);
            Keep();
        }
    }

    /// <summary>Writes the best weights as a trainer saves them, and returns the file's path.</summary>
    public string Save(string directory) => _learner.Save(directory, _values);

    /// <summary>Writes what a checkpoint has to have.</summary>
    public void SaveAll(string folder)
    {
        if (Best is not null)
        {
            WeightsFile.Write(folder, WeightsFile.Best, _values);
        }
    }

    public void Dispose() => _values.Dispose();

    private void Keep() => _folders.Keep(Best!.Epochs, folder =>
    {
        Save(folder);
        AtomicFile.Write(Path.Combine(folder, "best.json"), stream => RunJson.Write(stream, new JsonObject
        {
            ["criterion"] = _options.Criterion ?? "reward",
            ["value"] = Best.Value,
            ["epochs"] = Best.Epochs,
        }));
    });

    /// <summary>The criterion, and the settings that say which clips there are.</summary>
    private static string MeasureOf(DdpoOptions options, BestRoundOptions best)
    {
        var clips = SettingsJson.Of(options.Validation);
        foreach (var other in new[] { nameof(ValidationOptions.BatchSize), nameof(ValidationOptions.EveryEpochs), nameof(ValidationOptions.NumKeptClipsPerPrompt) })
        {
            clips.Remove(other);
        }

        return $"{(best.LowerIsBetter ? "least" : "most")} {best.Criterion ?? "reward"} {clips.ToJsonString()}";
    }
}
