using System.Buffers;

namespace Ddpo.Audio.Hub;

/// <summary>What is there of a file that is being downloaded, and the hash of it so far.</summary>
internal sealed class HubPart : IAsyncDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly HubFile _file;
    private readonly FileStream _stream;
    private readonly Action<long> _count;
    private HubHash _hash;

    private HubPart(HubFile file, FileStream stream, Action<long> count) => (_file, _stream, _count, _hash) = (file, stream, count, HubHash.Of(file));

    /// <summary>Bytes that are there.</summary>
    public long Length => _stream.Length;

    /// <summary>Whether the hub's size, if it said one, is reached.</summary>
    public bool IsWhole => Length == _file.Size;

    /// <summary>Whether it is what the hub's hash names; asked once, of what is whole.</summary>
    public async Task<bool> IsRightAsync(CancellationToken cancellationToken)
    {
        if (_file.Size is not null)
        {
            return _hash.IsRight();
        }

        // Git's hash begins with the size, which is known only now.
        using var hash = HubHash.Of(_file with { Size = Length });
        _stream.Position = 0;
        await ReadAsync(_stream, bytes => hash.Append(bytes.Span), cancellationToken).ConfigureAwait(false);
        return hash.IsRight();
    }

    /// <summary>Opens what is there, or makes it, and hashes it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="file">What it is to become.</param>
    /// <param name="count">Told the length whenever it changes.</param>
    /// <param name="cancellationToken">Stops the hashing.</param>
    public static async Task<HubPart> OpenAsync(string path, HubFile file, Action<long> count, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        var part = new HubPart(file, stream, count);
        try
        {
            if (part.Length > file.Size)
            {
                part.Restart();
            }

            await ReadAsync(stream, bytes => part._hash.Append(bytes.Span), cancellationToken).ConfigureAwait(false);
            count(part.Length);
            return part;
        }
        catch
        {
            await part.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Appends what a stream has, up to a byte more than there should be.</summary>
    /// <param name="content">The stream.</param>
    /// <param name="patience">How long to wait for each of its bytes.</param>
    /// <param name="cancellationToken">Stops it; so does a wait that is too long.</param>
    public async Task AppendAsync(Stream content, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (!(Length > _file.Size))
            {
                wait.CancelAfter(patience);
                var count = await content.ReadAsync(buffer, wait.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                await _stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                _hash.Append(buffer.AsSpan(0, count));
                _count(Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Forgets all that is there.</summary>
    public void Restart()
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _hash.Dispose();
        _hash = HubHash.Of(_file);
        _count(0);
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        _stream.Flush(flushToDisk: true); // before it gets its name
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task ReadAsync(Stream stream, Action<ReadOnlyMemory<byte>> use, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                use(buffer.AsMemory(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
