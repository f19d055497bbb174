using System.Text.Json;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Testing;

/// <summary>One case of the reward fixtures: tensors, and a description with one table of tolerances for all of them.</summary>
/// <remarks>Tensors that it hands out are new and belong to the caller's dispose scope.</remarks>
public sealed class RewardGolden : IDisposable
{
    private readonly string _name;
    private readonly JsonDocument _document;
    private readonly SafetensorsFile _tensors;

    private RewardGolden(string name, JsonDocument document, SafetensorsFile tensors) =>
        (_name, _document, _tensors) = (name, document, tensors);

    /// <summary>The whole description.</summary>
    public JsonElement Json => _document.RootElement;

    /// <summary>The names of all stored tensors.</summary>
    public IEnumerable<string> Names => _tensors.Entries.Keys;

    /// <summary>A stored tensor, in its stored type.</summary>
    public Tensor this[string name] => _tensors.Read(name);

    /// <summary>Opens a case by its path below <c>rewards</c>, such as <c>laion_clap/embeddings</c>.</summary>
    public static RewardGolden Open(string name)
    {
        var stem = Fixtures.Path(["rewards", .. name.Split('/')]);
        var document = JsonDocument.Parse(File.ReadAllBytes(stem + ".json"));
        return new RewardGolden(name, document, SafetensorsFile.Open(stem + ".safetensors"));
    }

    /// <summary>Whether a tensor of this name is stored.</summary>
    public bool Has(string name) => _tensors.Entries.ContainsKey(name);

    /// <summary>The strings of a list in the description.</summary>
    public IReadOnlyList<string> Strings(string property) =>
        [.. Json.GetProperty(property).EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>Fails unless shapes are equal and every element is within a tolerance.</summary>
    /// <param name="name">The golden tensor.</param>
    /// <param name="actual">What is compared with it.</param>
    /// <param name="tolerance">The tolerance's name in the description; the tensor's own by default.</param>
    public void AssertClose(string name, Tensor actual, string? tolerance = null)
    {
        using var expected = this[name];
        AssertClose($"{_name}: '{name}'", expected, actual, tolerance ?? name);
    }

    /// <summary>Fails unless every row is within a tolerance: <c>..._resampled_rows</c> for rows outside <c>not_resampled</c>.</summary>
    /// <param name="name">The golden tensor.</param>
    /// <param name="rows">The name of each row of it.</param>
    /// <param name="actual">What is compared with it.</param>
    public void AssertRowsClose(string name, IReadOnlyList<string> rows, Tensor actual)
    {
        using var expected = this[name];
        AssertRowsClose(name, rows, expected, actual);
    }

    /// <summary>The same for a selection from the golden tensor.</summary>
    /// <param name="name">The golden tensor's name, which is also its tolerance's.</param>
    /// <param name="rows">The name of each row.</param>
    /// <param name="expected">The rows expected.</param>
    /// <param name="actual">What is compared with them.</param>
    public void AssertRowsClose(string name, IReadOnlyList<string> rows, Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        Xunit.Assert.Equal(rows.Count, expected.shape[0]);
        Xunit.Assert.Equal(expected.shape, actual.shape);
        var exact = Strings("not_resampled");
        foreach (var (index, row) in rows.Index())
        {
            var tolerance = exact.Contains(row) ? name : $"{name}_resampled_rows";
            AssertClose($"{_name}: '{name}', row '{row}'", expected[index], actual[index], tolerance);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _document.Dispose();
        _tensors.Dispose();
    }

    private void AssertClose(string what, Tensor expected, Tensor actual, string tolerance)
    {
        var table = Json.GetProperty("tolerance");
        double absolute;
        if (table.TryGetProperty(tolerance, out var value))
        {
            absolute = value.GetDouble();
        }
        else if (table.TryGetProperty(tolerance + "_relative_to_max", out value))
        {
            using var largest = expected.to(ScalarType.Float64).abs().max();
            absolute = value.GetDouble() * largest.item<double>();
        }
        else
        {
            throw new KeyNotFoundException($"{_name}.json has no tolerance '{tolerance}'.");
        }

        Comparison.Of(what, expected, actual, new Tolerance(absolute)).AssertNoneOutside();
    }
}
