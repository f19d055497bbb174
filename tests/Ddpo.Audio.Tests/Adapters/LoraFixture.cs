using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Adapters;

/// <summary>The golden LoRA cases and the files that hold their weights.</summary>
internal static class LoraFixture
{
    /// <summary>Every case with every file of it that holds its weights, as a path below the case's folder.</summary>
    public static TheoryData<string, string> Files()
    {
        var files = new TheoryData<string, string>();
        foreach (var path in GoldenCase.All("golden/lora"))
        {
            var name = Path.GetFileName(path);
            var folder = Folder(name);
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (Path.GetExtension(file) != ".json")
                {
                    files.Add(name, Path.GetRelativePath(folder, file));
                }
            }
        }

        return files;
    }

    public static string Folder(string name) => Fixtures.Path("golden", "lora", name);

    public static GoldenCase Open(string name) => GoldenCase.Open($"golden/lora/{name}");

    /// <summary>Strength alpha / rank of a case.</summary>
    public static float Scale(GoldenCase golden) =>
        golden.Scalars.GetProperty("alpha").GetSingle() / golden.Scalars.GetProperty("rank").GetSingle();

    public static IEnumerable<string> NormsOrder(GoldenCase golden) =>
        golden.Scalars.GetProperty("grad_norms_order").EnumerateArray().Select(name => name.GetString()!);
}
