using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ddpo.Audio.Rewards.Composition;

/// <summary>Calls again when a call fails, after a pause that doubles each time.</summary>
internal sealed class RetriedCalls : IRewardCalls
{
    private readonly RetryOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public RetriedCalls(RetryOptions? options, ILogger? logger, TimeProvider time)
    {
        _options = options is null ? new RetryOptions() : options with { };
        _options.Validate();
        (_logger, _time) = (logger ?? NullLogger.Instance, time);
    }

    public async Task<IReadOnlyList<T>> CallAsync<T>(
        string name, RewardCall<T> call, IReadOnlyList<AudioClip> clips, IReadOnlyList<Prompt> prompts, CancellationToken cancellationToken)
        where T : notnull
    {
        var pause = _options.Delay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(clips, prompts, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (
                attempt < _options.MaxAttempts && !cancellationToken.IsCancellationRequested && ShouldRetry(exception))
            {
                RewardsLog.Retrying(_logger, name, attempt, _options.MaxAttempts, pause, exception);
            }

            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause = pause < _options.MaxDelay / 2 ? pause * 2 : _options.MaxDelay;
        }
    }

    private bool ShouldRetry(Exception exception) => _options.ShouldRetry is { } should
        ? should(exception)
        : exception is not (ArgumentException or NotSupportedException or ObjectDisposedException);
}
