using System.Text.Json;
using Ddpo.Audio.Checkpoints.Safetensors;

namespace Ddpo.Audio.Testing;

/// <summary>One case of golden numbers: a .json file that describes it and a .safetensors file with the tensors.</summary>
/// <remarks>Tensors that it hands out are new and belong to the caller's dispose scope.</remarks>
public sealed class GoldenCase : IDisposable
{
    private readonly string _name;
    private readonly JsonDocument _document;
    private readonly SafetensorsFile _tensors;

    private GoldenCase(string name, JsonDocument document, SafetensorsFile tensors) =>
        (_name, _document, _tensors) = (name, document, tensors);

    /// <summary>The whole description.</summary>
    public JsonElement Json => _document.RootElement;

    /// <summary>The settings of the case.</summary>
    public JsonElement Scalars => Json.GetProperty("scalars");

    /// <summary>The names of all stored tensors.</summary>
    public IEnumerable<string> Names => _tensors.Entries.Keys;

    /// <summary>A stored tensor, in its stored type.</summary>
    public Tensor this[string name] => _tensors.Read(name);

    /// <summary>Opens a case by its path below the fixtures, such as <c>golden/unet/both_masks</c>.</summary>
    public static GoldenCase Open(string name)
    {
        var stem = Fixtures.Path(name.Split('/'));
        var document = JsonDocument.Parse(File.ReadAllBytes(stem + ".json"));
        return new GoldenCase(name, document, SafetensorsFile.Open(stem + ".safetensors"));
    }

    /// <summary>The names of all cases in a folder, such as <c>golden/unet</c>.</summary>
    public static IEnumerable<string> All(string folder) => Directory.GetFiles(Fixtures.Path(folder.Split('/')), "*.json")
        .Select(file => $"{folder}/{Path.GetFileNameWithoutExtension(file)}").Order(StringComparer.Ordinal);

    /// <summary>Whether a tensor of this name is stored.</summary>
    public bool Has(string name) => _tensors.Entries.ContainsKey(name);

    /// <summary>The description of a tensor: its own, or that of the <c>prefix*</c> it falls under.</summary>
    public JsonElement Describe(string name)
    {
        var tensors = Json.GetProperty("tensors");
        if (tensors.TryGetProperty(name, out var own))
        {
            return own;
        }

        return tensors.EnumerateObject()
            .Where(entry => entry.Name.EndsWith('*') && name.StartsWith(entry.Name[..^1], StringComparison.Ordinal))
            .OrderByDescending(entry => entry.Name.Length)
            .Select(entry => (JsonElement?)entry.Value)
            .FirstOrDefault() ?? throw new KeyNotFoundException($"{_name}.json does not describe '{name}'.");
    }

    /// <summary>Fails unless the shapes are equal and every element is within the case's tolerance.</summary>
    public void AssertClose(string name, Tensor actual) => Compare(name, actual).AssertNoneOutside();

    /// <summary>
    /// Fails unless each tensor stored under <paramref name="prefix"/> is close to what <paramref name="actual"/> gives for the
    /// rest of its name. Where the case allows outliers, their share of all the elements is checked too.
    /// </summary>
    public void AssertAllClose(string prefix, Func<string, Tensor> actual)
    {
        var names = Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Xunit.Assert.True(names.Count > 0, $"{_name} has no tensor whose name begins with '{prefix}'.");
        long outliers = 0, elements = 0;
        foreach (var name in names)
        {
            var comparison = Compare(name, actual(name[prefix.Length..]));
            comparison.AssertNoneOutside();
            outliers += comparison.Outliers;
            elements += comparison.Elements;
        }

        var allowed = Tolerance.Of(Describe(names[0])).MaxOutlierFraction;
        Xunit.Assert.True(
            outliers <= allowed * elements,
            $"{_name}: {outliers} of {elements} elements under '{prefix}' are off by more than atol; a share of {allowed} is allowed.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _document.Dispose();
        _tensors.Dispose();
    }

    private Comparison Compare(string name, Tensor actual)
    {
        using var expected = this[name];
        return Comparison.Of($"{_name}: '{name}'", expected, actual, Tolerance.Of(Describe(name)));
    }
}
