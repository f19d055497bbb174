namespace Ddpo.Audio.Models.Clap;

/// <summary>Cuts a square image of tokens into square windows and puts them together again.</summary>
/// <remarks>
/// With a shift, the image is first rolled up and left, so that some windows hold parts of opposite edges; the mask keeps
/// these apart. An image whose side is not a multiple of the window's is padded with zeros.
/// </remarks>
internal sealed class SwinWindows(int size, int window, int shift) : IDisposable
{
    // The original adds -100. That leaves weights near 4e-44 in place of zeros: too small to count, but numbers below the
    // normal range, with which processors calculate some hundred times slower.
    private const float Apart = -1000;

    private readonly int _padding = (window - (size % window)) % window;
    private readonly Lock _lock = new();
    private Tensor? _mask;

    private int Count => (size + _padding) / window; // along each side

    /// <summary>[batch, size · size, dim] to [batch, windows, window², dim].</summary>
    public Tensor Partition(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var dim = tokens.shape[2];
        var image = tokens.reshape(-1, size, size, dim);
        if (_padding > 0)
        {
            image = F.pad(image, [0, 0, 0, _padding, 0, _padding]);
        }

        if (shift > 0)
        {
            image = image.roll([-shift, -shift], [1, 2]);
        }

        return image.reshape(-1, Count, window, Count, window, dim)
            .transpose(2, 3)
            .reshape(-1, Count * Count, window * window, dim)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The inverse of <see cref="Partition"/>.</summary>
    public Tensor Merge(Tensor windows)
    {
        using var scope = NewDisposeScope();
        var dim = windows.shape[3];
        var image = windows.reshape(-1, Count, Count, window, window, dim)
            .transpose(2, 3)
            .reshape(-1, size + _padding, size + _padding, dim);
        if (shift > 0)
        {
            image = image.roll([shift, shift], [1, 2]);
        }

        if (_padding > 0)
        {
            image = image.narrow(1, 0, size).narrow(2, 0, size);
        }

        return image.reshape(-1, (long)size * size, dim).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What to add to the scores of <paramref name="input"/>, [windows, 1, window², window²]; null when every token of a window may see
    /// every other. Kept; do not dispose.
    /// </summary>
    public Tensor? Mask(Tensor input)
    {
        if (shift == 0)
        {
            return null;
        }

        lock (_lock) // pieces of a batch are heard side by side
        {
            return MaskLike(input);
        }
    }

    public void Dispose() => _mask?.Dispose();

    private Tensor MaskLike(Tensor input)
    {
        if (_mask is null || _mask.dtype != input.dtype || _mask.device_type != input.device_type || _mask.device_index != input.device_index)
        {
            _mask?.Dispose();
            long tokens = window * window;
            using var mask = tensor(BuildMask(), [Count * Count, 1, tokens, tokens], ScalarType.Float32);
            _mask = mask.to(input.dtype, input.device, copy: true).DetachFromDisposeScope();
        }

        return _mask;
    }

    private float[] BuildMask()
    {
        var tokens = window * window;
        var mask = new float[Count * Count * tokens * tokens];
        for (var w = 0; w < Count * Count; w++)
        {
            for (var i = 0; i < tokens; i++)
            {
                for (var j = 0; j < tokens; j++)
                {
                    mask[(((w * tokens) + i) * tokens) + j] = Region(w, i) == Region(w, j) ? 0 : Apart;
                }
            }
        }

        return mask;
    }

    /// <summary>Which of the nine parts, that were apart before the roll, a token comes from.</summary>
    private (int Row, int Column) Region(int w, int token) =>
        (Part((w / Count * window) + (token / window)), Part((w % Count * window) + (token % window)));

    private int Part(int position)
    {
        var side = size + _padding;
        return position < side - window ? 0 : position < side - shift ? 1 : 2;
    }
}
