using Google.Protobuf;
using Tensorboard;

namespace Ddpo.Audio.Training.Observers.TensorBoard;

/// <summary>The records of an event file: TensorFlow's <c>Event</c> messages as TensorBoard takes them for numbers, clips and text.</summary>
internal static class SummaryEvent
{
    // The audio dashboard's own message, which TorchSharp does not have: field 2, the encoding, is WAV.
    private static readonly ByteString s_wave = ByteString.CopyFrom(2 << 3, 11);

    /// <summary>The first record of every file.</summary>
    public static Event FileVersion(DateTimeOffset time)
    {
        var record = At(time, 0);
        record.FileVersion = "brain.Event:2";
        return record;
    }

    /// <summary>Says that the run starts over at <paramref name="step"/>: readers forget what earlier files say from there on.</summary>
    public static Event SessionStart(DateTimeOffset time, long step)
    {
        var record = At(time, step);
        record.SessionLog = new() { Status = SessionLog.Types.SessionStatus.Start };
        return record;
    }

    /// <summary>Numbers by their tags.</summary>
    public static Event Scalars(DateTimeOffset time, long step, IEnumerable<(string Tag, double Value)> scalars) =>
        Of(time, step, [.. scalars.Select(scalar => new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = (float)scalar.Value })]);

    /// <summary>A clip.</summary>
    /// <param name="time">When.</param>
    /// <param name="step">Epochs done.</param>
    /// <param name="tag">Clips of one tag are shown as one that changes with the step.</param>
    /// <param name="title">Shown above the clip.</param>
    /// <param name="wave">A WAV file.</param>
    public static Event Audio(DateTimeOffset time, long step, string tag, string title, ReadOnlyMemory<byte> wave) => Of(time, step, new Summary.Types.Value
    {
        Tag = tag,
        // Each clip comes with a label, which is not shown.
        Tensor = Strings([1, 2], UnsafeByteOperations.UnsafeWrap(wave), ByteString.Empty),
        Metadata = Shown("audio", title, DataClass.BlobSequence, s_wave),
    });

    /// <summary>A text in Markdown.</summary>
    public static Event Text(DateTimeOffset time, long step, string tag, string markdown) => Of(time, step, new Summary.Types.Value
    {
        Tag = tag,
        Tensor = Strings([1], ByteString.CopyFromUtf8(markdown)),
        Metadata = Shown("text", tag, DataClass.Tensor, ByteString.Empty),
    });

    private static Event At(DateTimeOffset time, long step) => new() { WallTime = time.ToUnixTimeMilliseconds() / 1000.0, Step = step };

    private static Event Of(DateTimeOffset time, long step, params IEnumerable<Summary.Types.Value> values)
    {
        var record = At(time, step);
        record.Summary = new() { Value = { values } };
        return record;
    }

    private static SummaryMetadata Shown(string plugin, string title, DataClass data, ByteString content) => new()
    {
        PluginData = new() { PluginName = plugin, Content = content },
        DisplayName = title,
        DataClass = data,
    };

    private static TensorProto Strings(long[] shape, params IEnumerable<ByteString> values) => new()
    {
        Dtype = DataType.DtString,
        TensorShape = new() { Dim = { shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } },
        StringVal = { values },
    };
}
