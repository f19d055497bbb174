using Microsoft.Extensions.Logging;

namespace Ddpo.Audio.Diagnostics;

/// <summary>All log messages of this library; event ids from 100 (pipelines), 200 (training runs) and 400 (training in a host).</summary>
/// <remarks>
/// One class, for the generator of .NET 10 emits the classes of a library in an order that differs from build to build, and the same
/// sources shall make the same library.
/// </remarks>
internal static partial class Log
{
    [LoggerMessage(
        100, LogLevel.Warning, "{Encoder} reads {Tokens} tokens at most; the end of this prompt was cut off: \"{Prompt}\"")]
    public static partial void PromptTruncated(ILogger logger, string encoder, int tokens, string prompt);

    [LoggerMessage(
        104,
        LogLevel.Warning,
        "{Encoder} reads only the first {Tokens} tokens of this negative text, as many as its prompt has, since both go through the UNet in one batch (as in diffusers): \"{Prompt}\". A longer prompt lets more of it count.")]
    public static partial void NegativeTextCut(ILogger logger, string encoder, int tokens, string prompt);

    [LoggerMessage(101, LogLevel.Information, "Loaded {Directory} on {Device} in {Precision}: {Seconds:F1} s.")]
    public static partial void Loaded(ILogger logger, string directory, string device, Precision precision, double seconds);

    [LoggerMessage(102, LogLevel.Information, "{Remark}")]
    public static partial void LibTorchAdapted(ILogger logger, string remark);

    [LoggerMessage(105, LogLevel.Warning, "{Model} is taken from the cache as it was, at commit {Commit}. {Problem}")]
    public static partial void TakenFromCache(ILogger logger, string model, string commit, string problem);

    [LoggerMessage(103, LogLevel.Information, "libtorch's convolutions are wrong on this CPU unless channels come in whole blocks: they are filled up, which takes some time")]
    public static partial void ChannelsFilledUp(ILogger logger);

    [LoggerMessage(400, LogLevel.Information, "Loading {Path} and the rewards")]
    public static partial void Loading(ILogger logger, string? path);

    [LoggerMessage(404, LogLevel.Information, "Training was stopped after epoch {Done} of {Epochs}; its run: {Directory}")]
    public static partial void Stopped(ILogger logger, int done, int epochs, string directory);

    [LoggerMessage(405, LogLevel.Information, "Training was stopped before it began")]
    public static partial void StoppedLoading(ILogger logger);

    [LoggerMessage(
        200,
        LogLevel.Warning,
        "Epoch {Epoch}: before the first update the ratio is off 1 by {Error}, near or beyond the clip range {ClipRange}. Sampling and "
        + "training disagree: use equal batch sizes, guidance in both, and a higher precision.")]
    public static partial void RatioOffPolicy(ILogger logger, int epoch, double error, double clipRange);

    [LoggerMessage(201, LogLevel.Information, "Training on {Samples} samples an epoch, {Epochs} epochs, {Done} of them done before. Folder: {Directory}.")]
    public static partial void RunStarted(ILogger logger, int samples, int epochs, int done, string directory);

    [LoggerMessage(
        202,
        LogLevel.Information,
        "Epoch {Epoch} of {Epochs}: reward {Reward:G5} ± {Std:G3}, {Measurements}, {Seconds:F1} s.")]
    public static partial void EpochDone(
        ILogger logger, int epoch, int epochs, double reward, double std, string measurements, double seconds);

    [LoggerMessage(203, LogLevel.Warning, "Training stops after epoch {Epochs}: {Reason}")]
    public static partial void StoppedByRule(ILogger logger, int epochs, string reason);

    [LoggerMessage(204, LogLevel.Information, "Training is done after epoch {Epochs}; it took {Elapsed} since it was started or resumed.")]
    public static partial void RunFinished(ILogger logger, int epochs, TimeSpan elapsed);

    [LoggerMessage(205, LogLevel.Information, "Training was left, cancelled or failed after epoch {Done} of {Epochs}.")]
    public static partial void RunLeft(ILogger logger, int done, int epochs);

    [LoggerMessage(210, LogLevel.Information, "Going on after epoch {Epochs}, from {Checkpoint}.")]
    public static partial void Resumed(ILogger logger, int epochs, string checkpoint);

    [LoggerMessage(211, LogLevel.Warning, "The checkpoint {Checkpoint} cannot be read and is passed over.")]
    public static partial void CheckpointPassedOver(ILogger logger, string checkpoint, Exception exception);

    [LoggerMessage(212, LogLevel.Debug, "Wrote the checkpoint {Checkpoint}.")]
    public static partial void CheckpointWritten(ILogger logger, string checkpoint);

    [LoggerMessage(213, LogLevel.Error, "The run ended early, and what it did since its last checkpoint could not be saved (epochs: {Epochs}).")]
    public static partial void LastEpochsNotSaved(ILogger logger, int epochs, Exception exception);

    [LoggerMessage(214, LogLevel.Warning, "There is nothing to resume in {Directory}: a new run starts.")]
    public static partial void NothingToResume(ILogger logger, string directory);

    [LoggerMessage(215, LogLevel.Warning, "The observer {Observer} failed; the run goes on without what it should have done.")]
    public static partial void ObserverFailed(ILogger logger, string observer, Exception exception);

    [LoggerMessage(220, LogLevel.Warning, "Reward {Reward} failed and is asked again ({Retry} of {Retries}).")]
    public static partial void RewardAskedAgain(ILogger logger, string reward, int retry, int retries, Exception exception);

    [LoggerMessage(221, LogLevel.Warning, "Reward {Reward} failed on {Clips} clips and is asked about each of them.")]
    public static partial void RewardAskedOneByOne(ILogger logger, string reward, int clips, Exception exception);

    [LoggerMessage(222, LogLevel.Warning, "Reward {Reward} has no value for {Dropped} of {Clips} clips.")]
    public static partial void ValuesDropped(ILogger logger, string reward, int dropped, int clips, Exception exception);

    [LoggerMessage(223, LogLevel.Warning, "Epoch {Epoch}: {Skipped} updates were left out because their gradient was not finite.")]
    public static partial void UpdatesSkipped(ILogger logger, int epoch, int skipped);

    [LoggerMessage(
        224,
        LogLevel.Warning,
        "Epoch {Epoch}: no sample is better than those that it is measured against, so there was nothing to learn. Rewards that are equal for most samples need "
        + "more samples a prompt, or a reward that tells them apart.")]
    public static partial void NothingToTrain(ILogger logger, int epoch);

    [LoggerMessage(
        225,
        LogLevel.Warning,
        "Denoising step {Step} of {Steps} has so little noise that the gradient of its log-prob is some {Times:F0} times that of the others, which it drowns. "
        + "Leave it out (SkipLastTimesteps {Skip}), or normalise the ratio (NormalizeRatio).")]
    public static partial void StepRules(ILogger logger, int step, int steps, double times, int skip);

    [LoggerMessage(
        226,
        LogLevel.Warning,
        "Epoch {Epoch}: the rewards had a gradient of 0, so there was nothing to learn. They do not depend on the sound, or are at their limit.")]
    public static partial void NoGradient(ILogger logger, int epoch);
}
