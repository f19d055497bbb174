using System.Globalization;
using System.Runtime.InteropServices;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Runtime;

public sealed class NativeHeapTests
{
    private const int Rounds = 20;

    // A block that went back to the system comes as new pages, each of which is a fault of the thread that writes to it.
    [LinuxFact]
    public void A_block_that_was_given_back_is_there_for_the_next()
    {
        Assert.True(NativeHeap.KeepFreedMemory());
        var data = new byte[64 << 20];
        Fill(data);
        var before = PageFaults();
        for (var i = 0; i < Rounds; i++)
        {
            Fill(data);
        }

        var allNew = (double)Rounds * data.Length / Environment.SystemPageSize;
        Assert.InRange(PageFaults() - before, 0, allNew / 4);
    }

    private static void Fill(byte[] data)
    {
        var block = Marshal.AllocHGlobal(data.Length);
        Marshal.Copy(data, 0, block, data.Length);
        Marshal.FreeHGlobal(block);
    }

    private static long PageFaults()
    {
        var text = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }
}
