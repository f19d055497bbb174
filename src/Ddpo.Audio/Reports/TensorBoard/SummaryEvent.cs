namespace Ddpo.Audio.Reports.TensorBoard;

/// <summary>
/// One record of an event file: TensorFlow's <c>Event</c> message, as far as TensorBoard needs it for numbers, clips and text.
/// Field numbers are those of event.proto, summary.proto and tensor.proto.
/// </summary>
internal sealed class SummaryEvent
{
    private const int StatusStart = 1, DtString = 7, AudioWav = 11, BlobSequence = 3, Tensors = 2;

    private readonly ProtobufWriter _message = new();

    private SummaryEvent(DateTimeOffset time, long step) =>
        _message.Double(1, time.ToUnixTimeMilliseconds() / 1000.0).Integer(2, step);

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Bytes => _message.Written;

    /// <summary>The first record of every file.</summary>
    public static SummaryEvent FileVersion(DateTimeOffset time)
    {
        var record = new SummaryEvent(time, 0);
        record._message.Text(3, "brain.Event:2");
        return record;
    }

    /// <summary>Says that the run starts over at <paramref name="step"/>: readers forget what earlier files say from there on.</summary>
    public static SummaryEvent SessionStart(DateTimeOffset time, long step)
    {
        var record = new SummaryEvent(time, step);
        record._message.Message(7, log => log.Integer(1, StatusStart));
        return record;
    }

    /// <summary>Numbers by their tags.</summary>
    public static SummaryEvent Scalars(DateTimeOffset time, long step, IEnumerable<(string Tag, double Value)> scalars)
    {
        var record = new SummaryEvent(time, step);
        record._message.Message(5, summary =>
        {
            foreach (var (tag, number) in scalars)
            {
                summary.Message(1, value => value.Text(1, tag).Float(2, (float)number));
            }
        });
        return record;
    }

    /// <summary>A clip.</summary>
    /// <param name="time">When.</param>
    /// <param name="step">Epochs done.</param>
    /// <param name="tag">Clips of one tag are shown as one that changes with the step.</param>
    /// <param name="title">Shown above the clip.</param>
    /// <param name="wave">A WAV file.</param>
    public static SummaryEvent Audio(DateTimeOffset time, long step, string tag, string title, ReadOnlyMemory<byte> wave) =>
        OfTensor(time, step, tag, "audio", plugin => plugin.Message(2, content => content.Integer(2, AudioWav)), title, BlobSequence, tensor => tensor
            .Message(2, shape => shape.Message(2, clips => clips.Integer(1, 1)).Message(2, pair => pair.Integer(1, 2)))
            .Bytes(8, wave.Span)
            .Bytes(8, [])); // each clip comes with a label, which is not shown

    /// <summary>A text in Markdown.</summary>
    public static SummaryEvent Text(DateTimeOffset time, long step, string tag, string markdown) =>
        OfTensor(time, step, tag, "text", _ => { }, tag, Tensors, tensor => tensor
            .Message(2, shape => shape.Message(2, texts => texts.Integer(1, 1)))
            .Text(8, markdown));

    private static SummaryEvent OfTensor(
        DateTimeOffset time,
        long step,
        string tag,
        string plugin,
        Action<ProtobufWriter> pluginContent,
        string title,
        int dataClass,
        Action<ProtobufWriter> tensor)
    {
        var record = new SummaryEvent(time, step);
        record._message.Message(5, summary => summary.Message(1, value => value
            .Text(1, tag)
            .Message(8, message => tensor(message.Integer(1, DtString)))
            .Message(9, metadata => metadata
                .Message(1, data => pluginContent(data.Text(1, plugin)))
                .Text(2, title)
                .Integer(4, dataClass))));
        return record;
    }
}
