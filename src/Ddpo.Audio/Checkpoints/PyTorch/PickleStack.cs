namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>The values that a pickle works on, with its marks; bounded, and never read below the last mark.</summary>
internal sealed class PickleStack
{
    // Writers put out containers in batches of 1000, so real files stay far below.
    private const int MaxValues = 1 << 20;
    private const int MaxMarks = 1 << 10;

    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    public void Push(object? value)
    {
        if (_values.Count == MaxValues)
        {
            throw new InvalidDataException($"its pickle piles up more than {MaxValues} values");
        }

        _values.Add(value);
    }

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public T Pop<T>(string what) => Pop() is T value ? value : throw new InvalidDataException($"its pickle lacks {what}");

    public object? Peek() =>
        _values.Count > (_marks.Count == 0 ? 0 : _marks[^1])
            ? _values[^1]
            : throw new InvalidDataException("its pickle takes more values than it makes");

    public T Peek<T>(string what) => Peek() is T value ? value : throw new InvalidDataException($"its pickle lacks {what}");

    public void Mark()
    {
        if (_marks.Count == MaxMarks)
        {
            throw new InvalidDataException($"its pickle nests more than {MaxMarks} deep");
        }

        _marks.Add(_values.Count);
    }

    /// <summary>Takes the last mark and the values above it, oldest first.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw new InvalidDataException("its pickle lacks a mark");
        }

        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var values = _values[mark..].ToArray();
        _values.RemoveRange(mark, values.Length);
        return values;
    }

    /// <summary>Takes the last <paramref name="count"/> values, oldest first.</summary>
    public object?[] Pop(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }

        return values;
    }
}
