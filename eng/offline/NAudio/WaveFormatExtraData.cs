namespace NAudio.Wave;

public class WaveFormatExtraData : WaveFormat
{
    private readonly byte[] _extraData = new byte[100];

    internal WaveFormatExtraData()
    {
    }

    public byte[] ExtraData => _extraData;

    public override void Serialize(BinaryWriter writer)
    {
        base.Serialize(writer);
        if (extraSize > 0)
        {
            writer.Write(_extraData, 0, extraSize);
        }
    }

    internal void ReadExtraData(BinaryReader reader)
    {
        if (extraSize > _extraData.Length)
        {
            // Read past what the buffer cannot hold: the next chunk begins after it.
            reader.ReadBytes(extraSize);
            extraSize = 0;
        }
        else if (extraSize > 0)
        {
            reader.Read(_extraData, 0, extraSize);
        }
    }
}
