using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Writes HTML in which whatever is put in, in braces, is text: it cannot become markup.</summary>
internal sealed class HtmlWriter(Stream stream) : IDisposable
{
    private readonly StreamWriter _writer = new(stream, new UTF8Encoding(false), 1 << 14, leaveOpen: true);

    /// <summary>Writes markup with texts and numbers in it.</summary>
#pragma warning disable IDE0060, CA1822 // the handler has written it all
    public void Write([InterpolatedStringHandlerArgument("")] ref Markup markup)
    {
    }
#pragma warning restore IDE0060, CA1822

    /// <summary>Writes markup as it is.</summary>
    public void Raw(string markup) => _writer.Write(markup);

    /// <summary>Writes UTF-8 markup as it is.</summary>
    public void Raw(ReadOnlySpan<byte> markup)
    {
        _writer.Flush();
        stream.Write(markup);
    }

    /// <summary>Writes text.</summary>
    public void Text(string? text) => _writer.Write(WebUtility.HtmlEncode(text));

    /// <summary>Everything is in the stream when this returns.</summary>
    public void Flush() => _writer.Flush();

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose() => _writer.Dispose();

    /// <summary>The parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Markup
    {
        private readonly HtmlWriter _html;

#pragma warning disable IDE0060 // what the compiler passes
        public Markup(int literalLength, int formattedCount, HtmlWriter html) => _html = html;
#pragma warning restore IDE0060

        public void AppendLiteral(string literal) => _html.Raw(literal);

        public void AppendFormatted(string? text) => _html.Text(text);

        public void AppendFormatted(int number) => _html.Raw(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number, string format) => _html.Raw(number.ToString(format, CultureInfo.InvariantCulture));
    }
}
