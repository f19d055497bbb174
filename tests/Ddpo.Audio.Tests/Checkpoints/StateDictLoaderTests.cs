using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>Strict loading into a small model: three layers, one of them also a buffer's owner.</summary>
public sealed class StateDictLoaderTests
{
    private const string Component = "tiny-bin/projection_model";

    private static string Expected => Fixtures.Path([.. Component.Split('/'), "expected.safetensors"]);

    [Fact]
    public void Every_tensor_of_the_file_lands_in_the_model()
    {
        using var scope = NewDisposeScope();
        using var source = CheckpointFile.Open(Expected);
        using var model = new DictModule(source.Entries.Values.Select(entry => (entry.Name, entry.Dtype, entry.Shape.ToArray())));

        StateDictLoader.Load(model, source);

        foreach (var (name, tensor) in model.state_dict())
        {
            Assert.True(tensor.equal(source.Read(name)).all().item<bool>(), name);
        }
    }
}
