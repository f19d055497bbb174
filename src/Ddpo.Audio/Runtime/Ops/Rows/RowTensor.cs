namespace Ddpo.Audio.Runtime.Ops.Rows;

/// <summary>The rows of a tensor [batch, channels, time]. Valid while it lives.</summary>
internal readonly unsafe struct RowTensor
{
    private readonly float* _first;
    private readonly int _channels, _time;

    private RowTensor(float* first, int channels, int time)
    {
        _first = first;
        _channels = channels;
        _time = time;
    }

    /// <summary>The rows of a clip.</summary>
    public Rows this[int clip] => new(_first + ((nint)clip * _channels * _time), _channels, _time);

    /// <summary>Of contiguous floats on the CPU.</summary>
    public static RowTensor Of(Tensor tensor) => new(Row.Of(tensor), (int)tensor.shape[1], (int)tensor.shape[2]);
}
