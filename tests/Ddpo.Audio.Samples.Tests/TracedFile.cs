using System.IO.Compression;
using System.Text;

namespace Ddpo.Audio.Samples.Tests;

/// <summary>A file as <c>torch.jit.save</c> writes it, of a module with one weight, <c>self.scale</c>.</summary>
internal static class TracedFile
{
    // Pickles: of an object of the class __torch__.peer.UNet with training = False and the weight, a tensor of one number in the file data/0, and of an empty tuple.
    private static readonly string s_module =
        "\u0080\u0002c__torch__.peer\nUNet\n)\u0081}(" + Text("training") + "\u0089" + Text("scale")
        + "ctorch._utils\n_rebuild_tensor_v2\n((" + Text("storage") + "ctorch\nFloatStorage\n" + Text("0") + Text("cpu") + "K\u0001tQK\0(K\u0001t(K\u0001t\u0088ccollections\nOrderedDict\n)RtRub.";

    private const string Nothing = "\u0080\u0002).", Two = "\0\0\0@";

    /// <summary>Writes one whose <c>forward</c> takes tensors of these names and returns an expression. The weight is 2.</summary>
    public static void Write(string path, string[] arguments, string expression)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("version", "10\n");
        Add("data.pkl", s_module);
        Add("data/0", Two);
        Add("constants.pkl", Nothing);
        Add("code/__torch__/peer.py", $"""
            class UNet(Module):
              __parameters__ = ["scale", ]
              __buffers__ = []
              scale : Tensor
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

    private static string Text(string value) => $"X{(char)value.Length}\0\0\0{value}";
}
