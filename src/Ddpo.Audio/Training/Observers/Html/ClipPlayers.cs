namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>
/// Players of the validation clips: a row for each prompt, over time. Of many rounds it keeps the first, the last and evenly
/// spaced ones between, so that a page stays small however long the run is. What it keeps is ready to be written.
/// </summary>
/// <param name="mostBytes">Of all clips in the page.</param>
/// <param name="mostRounds">Clips of one prompt in the page, at least 2.</param>
internal sealed class ClipPlayers(long mostBytes = 12 << 20, int mostRounds = 10)
{
    private readonly List<Round> _rounds = [];
    private readonly List<(string Prompt, int Copy)> _rows = [];
    private readonly Dictionary<(string Prompt, int Copy), IReadOnlyDictionary<string, double>> _first = [];
    private int _stride = 1;
    private int _count;

    /// <summary>Adds what was made last. Clips that cannot be read are left out.</summary>
    public void Add(ValidationRound round)
    {
        var files = round.Samples.Select(entry => (Entry: entry, Wave: Read(Path.Combine(round.Folder, entry.File)))).Where(file => file.Wave is not null).ToList();
        var link = files.Sum(file => Base64Length(file.Wave!)) > mostBytes / 2; // the first and the last must fit
        var tiles = new Dictionary<(string, int), byte[]>();
        foreach (var (entry, wave) in files)
        {
            var row = (entry.Prompt.Text, tiles.Keys.Count(key => key.Item1 == entry.Prompt.Text));
            if (Make(entry, round, wave!, link, row) is { } tile)
            {
                tiles.Add(row, tile);
            }
        }

        // The one that was last may have been kept for that only.
        _rounds.RemoveAll(kept => kept.Index % _stride != 0);
        _rounds.Add(new Round(_count++, tiles));
        while (_rounds.Count > 2 && (_rounds.Count > mostRounds || _rounds.Sum(kept => kept.Bytes) > mostBytes))
        {
            Thin();
        }
    }

    /// <summary>Writes the players; nothing when there are none.</summary>
    public void Write(HtmlWriter html)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        html.Raw("<section id=\"listen\"><h2>Listen</h2>\n<p class=\"lead\">The same prompts from the same noise, as training goes on. Changes are since the first clip.");
        html.Write($"{(_rounds.Count < _count ? $" {_rounds.Count} of {_count} rounds are on this page; " : " ")}");
        html.Raw(_rounds.Count < _count ? "all are in <a href=\"validation/\">validation</a>.</p>\n" : "The files are in <a href=\"validation/\">validation</a>.</p>\n");
        foreach (var row in _rows)
        {
            html.Write($"<article class=\"prompt\"><h3><bdi>{row.Prompt}</bdi>{(row.Copy == 0 ? "" : $" ({row.Copy + 1})")}</h3>\n<div class=\"clips\">\n");
            foreach (var round in _rounds)
            {
                html.Raw(round.Tiles.TryGetValue(row, out var tile) ? tile : []);
            }

            html.Raw("</div></article>\n");
        }

        html.Raw("</section>\n");
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // removed by someone, from a run that goes on: that is no reason to end it
        }
    }

    private static long Base64Length(byte[] bytes) => (bytes.LongLength + 2) / 3 * 4;

    private byte[]? Make(SampleEntry entry, ValidationRound round, byte[] wave, bool link, (string, int) row)
    {
        try
        {
            var place = link ? $"validation/{Path.GetFileName(round.Folder)}/{entry.File}" : null;
            var tile = ClipTile.Make(entry, round.Epochs, wave, place, _first.GetValueOrDefault(row));
            if (_first.TryAdd(row, entry.Rewards))
            {
                _rows.Add(row);
            }

            return tile;
        }
        catch (InvalidDataException)
        {
            return null; // as above
        }
    }

    // Every second one goes, but for the last, which stays until the next comes.
    private void Thin()
    {
        _stride *= 2;
        var last = _rounds[^1];
        _rounds.RemoveAll(round => round.Index % _stride != 0 && round != last);
    }

    private sealed record Round(int Index, Dictionary<(string Prompt, int Copy), byte[]> Tiles)
    {
        public long Bytes { get; } = Tiles.Values.Sum(tile => tile.LongLength);
    }
}
