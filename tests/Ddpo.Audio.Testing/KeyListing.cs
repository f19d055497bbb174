using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Testing;

/// <summary>Compares a module's state dict with a listing of the published model's keys.</summary>
/// <remarks>
/// A line is a name, a type and a shape, separated by tabs: <c>F32</c> and <c>2x3</c> (<c>-</c> for a scalar), or
/// <c>float32</c> and <c>[2,3]</c>. A fourth column <c>optional</c> marks keys that need not be there; <c>#</c> begins a comment.
/// </remarks>
internal static class KeyListing
{
    /// <summary>The settings of a published AudioLDM2 component, such as <c>vae</c>.</summary>
    public static T Config<T>(string component) =>
        ComponentFolder.ReadConfig<T>(Fixtures.Path("full_size_keys"), component + ".config.json");

    /// <summary>Compares with a published AudioLDM2 component.</summary>
    /// <param name="component">The listing's name, such as <c>vae</c>.</param>
    /// <param name="module">The module, usually on the meta device.</param>
    /// <param name="isDeclared">Listed keys that the module does not have on purpose.</param>
    public static void AssertMatches(string component, nn.Module module, Func<string, bool>? isDeclared = null) =>
        AssertEqual(
            Fixtures.Path("full_size_keys", component + ".txt"), module, name => isDeclared?.Invoke(name) == true ? null : name);

    /// <summary>Fails unless names, types and shapes are equal, telling all that differ.</summary>
    /// <param name="path">The listing.</param>
    /// <param name="module">The module, which may be on the meta device.</param>
    /// <param name="rename">The module's key for a listed name, null to leave it out; by default the name itself.</param>
    public static void AssertEqual(string path, nn.Module module, Func<string, string?>? rename = null)
    {
        var found = module.state_dict().ToDictionary(entry => entry.Key, entry => Describe(entry.Value));
        var differences = new List<string>();
        var listed = 0;
        foreach (var columns in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')))
        {
            listed++;
            var key = rename is null ? columns[0] : rename(columns[0]);
            if (key is null)
            {
                continue;
            }

            var expected = (Dtype(columns[1]), Shape(columns[2]));
            if (!found.Remove(key, out var actual))
            {
                if (columns is not [_, _, _, "optional"])
                {
                    differences.Add($"missing {key}");
                }
            }
            else if (expected != actual)
            {
                differences.Add($"{key}: expected {expected}, found {actual}");
            }
        }

        differences.AddRange(found.Keys.Select(key => $"not listed {key}"));
        Xunit.Assert.True(listed > 0, $"{path} lists no keys.");
        Xunit.Assert.True(
            differences.Count == 0,
            $"{differences.Count} differences from {path}:{Environment.NewLine}{string.Join(Environment.NewLine, differences.Take(40))}");
    }

    private static (ScalarType Dtype, string Shape) Describe(Tensor tensor) => (tensor.dtype, string.Join('x', tensor.shape));

    private static ScalarType Dtype(string name) => name switch
    {
        "F32" or "float32" => ScalarType.Float32,
        "F64" or "float64" => ScalarType.Float64,
        "F16" or "float16" => ScalarType.Float16,
        "I64" or "int64" => ScalarType.Int64,
        _ => throw new FormatException($"Unknown type '{name}' in a key listing."),
    };

    private static string Shape(string text) => text == "-" ? "" : text.Trim('[', ']').Replace(',', 'x').Replace(" ", "", StringComparison.Ordinal);
}
