using System.IO.Compression;
using System.Text;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>A file as <c>torch.jit.save</c> writes it, of a module without weights.</summary>
internal static class TracedFile
{
    // A pickle of an object of the class __torch__.peer.UNet with the attribute training = False, and one of an empty tuple.
    private const string Module = "\u0080\u0002c__torch__.peer\nUNet\n)\u0081}(X\u0008\0\0\0training\u0089ub.", Nothing = "\u0080\u0002).";

    /// <summary>Writes one whose <c>forward</c> takes tensors of these names and returns an expression.</summary>
    public static void Write(string path, string[] arguments, string expression)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("version", "10\n");
        Add("data.pkl", Module);
        Add("constants.pkl", Nothing);
        Add("code/__torch__/peer.py", $"""
            class UNet(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.peer.UNet,
                {string.Join(",\n    ", arguments.Select(name => name + ": Tensor"))}) -> Tensor:
                return {expression}

            """);

        void Add(string name, string content)
        {
            using var stream = archive.CreateEntry("traced/" + name, CompressionLevel.NoCompression).Open();
            stream.Write(Encoding.Latin1.GetBytes(content));
        }
    }
}
