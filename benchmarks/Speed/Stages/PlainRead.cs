using System.Runtime.InteropServices;

namespace Ddpo.Audio.Benchmarks.Speed.Stages;

/// <summary>Reads files into newly allocated memory, as fast as that goes: what loading them takes at least.</summary>
internal static unsafe class PlainRead
{
    private const int Chunk = 1 << 30; // Linux reads no more than 2 GB at once

    /// <summary>Reads all, and then frees all.</summary>
    /// <returns>Bytes.</returns>
    public static long Files(IReadOnlyList<string> paths)
    {
        var blocks = new List<nint>();
        try
        {
            var bytes = 0L;
            foreach (var path in paths)
            {
                using var file = File.OpenHandle(path);
                var length = RandomAccess.GetLength(file);
                var block = (byte*)NativeMemory.Alloc((nuint)length);
                blocks.Add((nint)block);
                for (var done = 0L; done < length;)
                {
                    done += RandomAccess.Read(file, new Span<byte>(block + done, (int)Math.Min(Chunk, length - done)), done);
                }

                bytes += length;
            }

            return bytes;
        }
        finally
        {
            blocks.ForEach(block => NativeMemory.Free((void*)block));
        }
    }
}
