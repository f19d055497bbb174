using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Ddpo.Audio.Evaluation;

/// <summary>Reads clips ahead of whoever takes them, several at a time, and hands them out in order.</summary>
internal static class ClipReader
{
    /// <summary>At most <paramref name="readAhead"/> clips, and one, are read and not yet taken.</summary>
    public static async IAsyncEnumerable<LoadedClip> ReadAsync(
        string folder, IEnumerable<SampleEntry> samples, int readAhead, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<Task<LoadedClip>>(
            new BoundedChannelOptions(readAhead) { SingleReader = true, SingleWriter = true });
        var starting = StartAsync(folder, samples, channel.Writer, stop.Token);
        try
        {
            await foreach (var reading in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return await reading.ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task StartAsync(
        string folder, IEnumerable<SampleEntry> samples, ChannelWriter<Task<LoadedClip>> writer, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var sample in samples)
            {
                var reading = Task.Run(() => LoadedClip.Load(folder, sample), cancellationToken);
                await writer.WriteAsync(reading, cancellationToken).ConfigureAwait(false);
            }

            writer.Complete();
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
            throw;
        }
    }
}
