using Ddpo.Audio.Checkpoints;
using Xunit;

namespace Ddpo.Audio.Testing;

/// <summary>The keys and shapes of the published models, in <c>full_size_keys</c>, for models built without memory.</summary>
internal static class KeyListing
{
    /// <summary>The published model's settings.</summary>
    public static T Config<T>(string component) =>
        ComponentFolder.ReadConfig<T>(Fixtures.Path("full_size_keys"), component + ".config.json");

    /// <summary>Fails unless the model's state has exactly the listed keys, each with the listed type and shape.</summary>
    /// <param name="component">The listing's name, such as <c>vae</c>.</param>
    /// <param name="model">The model, usually on the META device.</param>
    /// <param name="isDeclared">Listed keys that the model does not have on purpose.</param>
    public static void AssertMatches(string component, nn.Module model, Func<string, bool>? isDeclared = null)
    {
        var expected = File.ReadLines(Fixtures.Path("full_size_keys", component + ".txt"))
            .Where(line => isDeclared is null || !isDeclared(line.Split('\t')[0]))
            .ToHashSet();
        var actual = model.state_dict().Select(pair => Line(pair.Key, pair.Value)).ToHashSet();
        string[] missing = [.. expected.Except(actual).Order()], unexpected = [.. actual.Except(expected).Order()];

        Assert.NotEmpty(expected);
        Assert.True(
            missing.Length + unexpected.Length == 0,
            $"{component}: {missing.Length} listed but not in the model: {string.Join(", ", missing)}; "
            + $"{unexpected.Length} in the model but not listed: {string.Join(", ", unexpected)}.");
    }

    private static string Line(string key, Tensor value)
    {
        var type = value.dtype switch
        {
            ScalarType.Float32 => "F32",
            ScalarType.Int64 => "I64",
            var other => other.ToString(),
        };
        return $"{key}\t{type}\t{(value.dim() == 0 ? "-" : string.Join('x', value.shape))}";
    }
}
