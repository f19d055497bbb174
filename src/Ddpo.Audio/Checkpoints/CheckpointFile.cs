using System.Buffers.Binary;
using Ddpo.Audio.Checkpoints.PyTorch;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Checkpoints;

/// <summary>Opens a file of tensors, whichever format its content is in; the file's name does not matter.</summary>
internal static class CheckpointFile
{
    private enum Format
    {
        Unknown,
        Safetensors,
        Zip,
        Index,
        Pickle,
        LfsPointer,
    }

    /// <summary>Opens safetensors, torch.save's zip files, and the index of a set of either; the caller disposes it.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or in none of the known formats.</exception>
    public static ITensorSource Open(string path) => Open(path, allowIndex: true);

    /// <summary>Opens one file of a set, which cannot be a set itself.</summary>
    internal static ITensorSource OpenShard(string path) => Open(path, allowIndex: false);

    private static ITensorSource Open(string path, bool allowIndex) => Detect(path) switch
    {
        Format.Safetensors => SafetensorsFile.Open(path),
        Format.Zip => PyTorchFile.Open(path),
        Format.Index when allowIndex => ShardedSource.Open(path),
        Format.Pickle => throw new CheckpointException(
            $"'{path}' is in the format of PyTorch before 1.6, or a plain pickle. Convert it with Python: torch.save(torch.load(path), path)."),
        Format.LfsPointer => throw new CheckpointException(
            $"'{path}' is a Git LFS pointer, not the weights themselves. Run 'git lfs pull' in its folder, or download the file."),

        // The name says what was meant, so its reader can say what is wrong.
        _ when path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) => SafetensorsFile.Open(path),
        _ => throw new CheckpointException(
            $"'{path}' is neither safetensors nor a zip file of torch.save nor an index of such files. Download or copy it again."),
    };

    private static Format Detect(string path)
    {
        using var file = BinaryFile.Open(path);
        ReadOnlySpan<byte> start = file.Read(0, (int)Math.Min(file.Length, 16));
        if (start.Length > 8 && start[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= SafetensorsHeader.MaxLength)
        {
            return Format.Safetensors;
        }

        // A directory without entries begins with another signature than one with entries.
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
        {
            return Format.Zip;
        }

        if (start[0] == 0x80)
        {
            return Format.Pickle;
        }

        return start[0] == (byte)'{' ? Format.Index : start.StartsWith("version https://"u8) ? Format.LfsPointer : Format.Unknown;
    }
}
