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

    /// <summary>The same in zip64's form, which files beyond 4 GB have: no size or position is in its usual field.</summary>
    public static byte[] Zip64(params (string Name, byte[] Content)[] entries)
    {
        var none = uint.MaxValue;
        using var stream = new MemoryStream();
        using var directory = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        using var central = new BinaryWriter(directory);
        foreach (var (name, content) in entries)
        {
            var (path, local) = (Encoding.ASCII.GetBytes($"archive/{name}"), stream.Position);
            writer.Write([0x50, 0x4b, 3, 4, 45, 0, .. new byte[12], .. BitConverter.GetBytes(none), .. BitConverter.GetBytes(none)]);
            writer.Write([(byte)path.Length, 0, 0, 0, .. path, .. content]);
            central.Write([0x50, 0x4b, 1, 2, 45, 0, 45, 0, .. new byte[12], .. BitConverter.GetBytes(none), .. BitConverter.GetBytes(none)]);
            central.Write([(byte)path.Length, 0, 28, 0, .. new byte[10], .. BitConverter.GetBytes(none), .. path, 1, 0, 24, 0]);
            central.Write([.. BitConverter.GetBytes((long)content.Length), .. BitConverter.GetBytes((long)content.Length), .. BitConverter.GetBytes(local)]);
        }

        var start = stream.Position;
        writer.Write(directory.ToArray());
        var end = stream.Position;
        writer.Write([0x50, 0x4b, 6, 6, .. BitConverter.GetBytes(44L), .. new byte[12]]);
        writer.Write([.. BitConverter.GetBytes((long)entries.Length), .. BitConverter.GetBytes((long)entries.Length)]);
        writer.Write([.. BitConverter.GetBytes(directory.Length), .. BitConverter.GetBytes(start)]);
        writer.Write([0x50, 0x4b, 6, 7, 0, 0, 0, 0, .. BitConverter.GetBytes(end), 1, 0, 0, 0]);
        writer.Write([0x50, 0x4b, 5, 6, 0, 0, 0, 0, .. Enumerable.Repeat(byte.MaxValue, 12), 0, 0]);
        return stream.ToArray();
    }
}
