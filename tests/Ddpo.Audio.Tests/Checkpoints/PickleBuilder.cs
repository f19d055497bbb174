using System.IO.Compression;
using System.Text;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>Pickles and torch.save's zip files, written instruction by instruction so that they can be wrong.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [0x80, 2];

    public PickleBuilder Op(char opcode, params byte[] argument)
    {
        _bytes.Add((byte)opcode);
        _bytes.AddRange(argument);
        return this;
    }

    public PickleBuilder Op(byte opcode) => Op((char)opcode);

    public PickleBuilder Text(string text) =>
        Op('X', [.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    public PickleBuilder Int(int value) => Op('J', BitConverter.GetBytes(value));

    public PickleBuilder Global(string module, string name) => Op('c', Encoding.ASCII.GetBytes($"{module}\n{name}\n"));

    public PickleBuilder Ints(params int[] values)
    {
        Op('(');
        foreach (var value in values)
        {
            Int(value);
        }

        return Op('t');
    }

    /// <summary>A tensor as protocol 2 describes it.</summary>
    public PickleBuilder Tensor(string storage, string key, int count, int offset, int[] size, int[] stride)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op('(');
        Op('(').Text("storage").Global("torch", storage).Text(key).Text("cpu").Int(count).Op('t').Op('Q');
        return Int(offset).Ints(size).Ints(stride).Op((byte)0x89).Op('}').Op('t').Op('R');
    }

    /// <summary>The pickle, ended by STOP.</summary>
    public byte[] ToArray() => [.. _bytes, (byte)'.'];

    /// <summary>A dictionary {"x": tensor} of one tensor.</summary>
    public static byte[] OneTensor(string storage, int count, int offset, int[] size, int[] stride) =>
        new PickleBuilder().Op('}').Op('(').Text("x").Tensor(storage, "0", count, offset, size, stride).Op('u').ToArray();

    /// <summary>The zip file around a pickle.</summary>
    public static byte[] Zip(byte[] pickle, params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries.Prepend(("data.pkl", pickle)))
            {
                using var entry = zip.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
