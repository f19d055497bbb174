using System.Text;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>The player of one clip, with its scores.</summary>
internal static class ClipTile
{
    /// <summary>The markup, in UTF-8.</summary>
    /// <param name="entry">What the clip is.</param>
    /// <param name="epochs">Epochs done when it was made.</param>
    /// <param name="wave">Its file.</param>
    /// <param name="link">Where the page finds the file; <see langword="null"/> to have it in the page.</param>
    /// <param name="before">The scores of the first clip of this prompt; <see langword="null"/> when this is the first.</param>
    /// <exception cref="InvalidDataException">The file is not a WAV file.</exception>
    public static byte[] Make(SampleEntry entry, int epochs, byte[] wave, string? link, IReadOnlyDictionary<string, double>? before)
    {
        using var page = new MemoryStream();
        using var html = new HtmlWriter(page);
        var name = epochs == 0 ? "before" : $"epoch {epochs}";
        html.Write($"<figure class=\"clip\"><div class=\"wave\"><svg viewBox=\"0 0 {Waveform.Width} {Waveform.Height}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        html.Write($"<path d=\"{Waveform.Path(WaveFile.Read(new MemoryStream(wave)))}\"/></svg></div>");
        html.Write($"<audio controls preload=\"none\" aria-label=\"{entry.Prompt.Text}, {name}\" src=\"");
        if (link is null)
        {
            html.Raw("data:audio/wav;base64,");
            html.Raw(Encoding.ASCII.GetBytes(Convert.ToBase64String(wave)));
        }
        else
        {
            html.Text(link);
        }

        html.Write($"\"></audio><figcaption><b>{name}</b>");
        foreach (var (reward, score) in entry.Rewards)
        {
            html.Write($"<span><span class=\"name\">{reward}</span> <span class=\"value\">{Numbers.Text(score)}</span>");
            Change(html, before is not null && before.TryGetValue(reward, out var first) ? score - first : 0);
            html.Raw("</span>");
        }

        html.Raw("</figcaption></figure>\n");
        html.Flush();
        return page.ToArray();
    }

    private static void Change(HtmlWriter html, double change)
    {
        if (change != 0)
        {
            html.Write($" <em>{(change > 0 ? "▲" : "▼")} {Numbers.Text(Math.Abs(change))}</em>");
        }
    }
}
