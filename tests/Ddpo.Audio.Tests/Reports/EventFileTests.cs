using System.Text;
using Ddpo.Audio.Training.Observers.TensorBoard;
using Ddpo.Audio.Testing;
using Tensorboard;

namespace Ddpo.Audio.Tests.Reports;

public sealed class EventFileTests
{
    private static readonly DateTimeOffset s_time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_250);

    // RFC 3720, B.4, and the check value of CRC catalogues.
    [Theory]
    [InlineData("313233343536373839", 0xE3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AA)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 0x62A8AB43)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0x46DD794E)]
    [InlineData("", 0)]
    public void Checksums_are_those_of_the_standard(string hex, uint expected) =>
        Assert.Equal(expected, Crc32C.Of(Convert.FromHexString(hex)));

    [Fact]
    public void A_file_begins_with_its_version_and_the_start_of_a_session()
    {
        using var folder = new TemporaryFolder();
        EventFile.Start(folder.Root, s_time, firstStep: 4).Dispose();
        var path = Assert.Single(Directory.GetFiles(folder.Root));
        Assert.StartsWith("events.out.tfevents.1700000000.", Path.GetFileName(path), StringComparison.Ordinal);
        var records = EventFileReader.Read(path);
        Assert.Equal(2, records.Count);
        Assert.Equal("brain.Event:2", records[0].Text(3));
        Assert.Equal(1_700_000_000.25, records[0].Double(1));
        Assert.Equal(4, records[1].Integer(2));
        Assert.Equal(1, records[1][7].Integer(1));
    }

    [Fact]
    public void A_second_file_comes_after_the_first_whatever_the_clock_says()
    {
        using var folder = new TemporaryFolder();
        folder.Write("events.out.tfevents.1700000005.elsewhere", "");
        EventFile.Start(folder.Root, s_time, 0).Dispose();
        EventFile.Start(folder.Root, s_time, 3).Dispose();
        Assert.Equal(
            ["1700000005", "1700000006", "1700000007"],
            Directory.GetFiles(folder.Root).Select(path => Path.GetFileName(path).Split('.')[3]).Order());
    }

    [Fact]
    public void Numbers_come_back_with_their_tags_and_steps()
    {
        using var folder = new TemporaryFolder();
        using (var file = EventFile.Start(folder.Root, s_time, 0))
        {
            file.Append(SummaryEvent.Scalars(s_time, 1, [("reward/mean", 0.25), ("policy/approx_kl", 1e-9)]));
            file.Append(SummaryEvent.Scalars(s_time, 300, [("reward/mean", -3)]));
        }

        Assert.Equal(
            [("reward/mean", 1L, 0.25f), ("policy/approx_kl", 1L, 1e-9f), ("reward/mean", 300L, -3f)],
            EventFileReader.Scalars(Assert.Single(Directory.GetFiles(folder.Root))));
    }

    [Fact]
    public void A_clip_and_a_text_carry_what_their_dashboards_look_for()
    {
        using var folder = new TemporaryFolder();
        var wave = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        using (var file = EventFile.Start(folder.Root, s_time, 0))
        {
            file.Append(SummaryEvent.Audio(s_time, 10, "validation/0000", "a häppy piano", wave));
            file.Append(SummaryEvent.Text(s_time, 0, "settings", "# ü"));
        }

        var records = EventFileReader.Read(Assert.Single(Directory.GetFiles(folder.Root)));
        var audio = records[2][5][1];
        Assert.Equal("validation/0000", audio.Text(1));
        var (tensor, metadata) = (audio[8], audio[9]);
        Assert.Equal(7, tensor.Integer(1));
        Assert.Equal([1, 2], tensor[2].All(2).Select(dimension => dimension.Integer(1)));
        Assert.Equal([wave, []], tensor.Raw(8));
        Assert.Equal("audio", metadata[1].Text(1));
        Assert.Equal(11, metadata[1][2].Integer(2));
        Assert.Equal("a häppy piano", metadata.Text(2));
        Assert.Equal(3, metadata.Integer(4));

        var text = records[3][5][1];
        Assert.Equal("text", text[9][1].Text(1));
        Assert.Equal("# ü", Encoding.UTF8.GetString(Assert.Single(text[8].Raw(8))));
        Assert.Equal(2, text[9].Integer(4));
    }

    [Fact]
    public void Every_record_is_read_back_as_the_message_that_it_was()
    {
        using var folder = new TemporaryFolder();
        Event[] records =
        [
            SummaryEvent.Scalars(s_time, 5, [("reward/mean", 0.25), ("policy/loss", 0), ("policy/ratio_mean", double.NaN)]),
            SummaryEvent.Audio(s_time, 10, "validation/0000", "half a character: \ud800", new byte[100_000]),
            SummaryEvent.Text(s_time, 0, "settings", "# \u00fc"),
        ];
        using (var file = EventFile.Start(folder.Root, s_time, firstStep: 4))
        {
            Array.ForEach(records, file.Append);
        }

        var read = EventFileReader.Records(Assert.Single(Directory.GetFiles(folder.Root))).Select(Event.Parser.ParseFrom).ToList();
        records[1].Summary.Value[0].Metadata.DisplayName = "half a character: \ufffd";
        Assert.Equal([SummaryEvent.FileVersion(s_time), SummaryEvent.SessionStart(s_time, 4), .. records], read);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<IOException>(() => EventFile.Start(folder["missing"], s_time, 0));
        Assert.Contains(folder["missing"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_flushed_is_read_while_the_file_is_open()
    {
        using var folder = new TemporaryFolder();
        using var file = EventFile.Start(folder.Root, s_time, 0);
        file.Append(SummaryEvent.Scalars(s_time, 1, [("reward/mean", 0.5)]));
        file.Flush();
        using var reader = new FileStream(Assert.Single(Directory.GetFiles(folder.Root)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Assert.True(reader.Length > 100);
    }
}
