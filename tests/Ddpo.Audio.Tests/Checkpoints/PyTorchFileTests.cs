using System.Text.Json;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Checkpoints.PyTorch;
using Ddpo.Audio.Checkpoints.Safetensors;
using Ddpo.Audio.Testing;

namespace Ddpo.Audio.Tests.Checkpoints;

/// <summary>Files that PyTorch wrote.</summary>
public sealed class PyTorchFileTests
{
    [Theory]
    [InlineData("tiny-bin/odd.bin", "tiny-bin/odd.expected.safetensors")]
    [InlineData("tiny-bin/projection_model/diffusion_pytorch_model.bin", "tiny-bin/projection_model/expected.safetensors")]
    [InlineData("golden/lora/scale1/processor/pytorch_lora_weights.bin", "golden/lora/scale1/processor/pytorch_lora_weights.safetensors")]
    public void The_same_tensors_are_read_as_from_safetensors(string pickled, string expected)
    {
        using var scope = NewDisposeScope();
        using var actual = CheckpointFile.Open(Fixtures.Path(pickled.Split('/')));
        using var golden = SafetensorsFile.Open(Fixtures.Path(expected.Split('/')));

        Assert.IsType<PyTorchFile>(actual);
        Assert.Equal(golden.Entries.Keys.Order(StringComparer.Ordinal), actual.Entries.Keys.Order(StringComparer.Ordinal));
        foreach (var entry in golden.Entries.Values)
        {
            Assert.Equal(entry.Dtype, actual.Entries[entry.Name].Dtype);
            Assert.Equal(entry.Shape, actual.Entries[entry.Name].Shape);
            using var read = actual.Read(entry.Name);
            Assert.True(read.is_contiguous(), entry.Name);
            Assert.True(golden.Read(entry.Name).bytes.SequenceEqual(read.bytes), entry.Name);
        }
    }

    [Fact]
    public void A_view_converts_to_another_precision()
    {
        using var scope = NewDisposeScope();
        using var file = CheckpointFile.Open(Fixtures.Path("tiny-bin", "odd.bin"));
        foreach (var entry in file.Entries.Values.Where(entry => torch.is_floating_point(entry.Dtype)))
        {
            var target = zeros([.. entry.Shape], ScalarType.Float64);
            file.CopyTo(entry.Name, target);
            Assert.True(target.equal(file.Read(entry.Name).to(ScalarType.Float64)).all().item<bool>(), entry.Name);
        }
    }

    [Fact]
    public void A_training_checkpoint_gives_its_state_dict_and_what_lies_beside_it()
    {
        using var scope = NewDisposeScope();
        using var model = JsonDocument.Parse(File.ReadAllBytes(Fixtures.Path("rewards", "laion_clap", "model.json")));
        using var file = PyTorchFile.Open(Fixtures.Path("rewards", "laion_clap", model.RootElement.GetProperty("checkpoint").GetString()!));

        Assert.All(file.Entries.Keys, name => Assert.StartsWith("module.", name, StringComparison.Ordinal));
        Assert.True(file.Root.TryGet("epoch", out var epoch));
        Assert.IsType<long>(epoch);
        Assert.True(file.Root.TryGet("optimizer", out var optimizer));
        Assert.True(((PickleDict)optimizer).TryGet("param_groups", out var groups));
        Assert.All((List<object?>)groups, group =>
        {
            Assert.True(((PickleDict)group!).TryGet("lr", out var rate));
            Assert.InRange(Assert.IsType<double>(rate), 0, 1);
        });
        AssertFinite(file);
    }

    [Theory]
    [MemberData(nameof(EmopiaTasks.Data), MemberType = typeof(EmopiaTasks))]
    public void A_lightning_checkpoint_gives_its_state_dict(string task)
    {
        using var scope = NewDisposeScope();
        using var file = PyTorchFile.Open(EmopiaTasks.Checkpoint(task));

        Assert.All(file.Entries.Keys, name => Assert.StartsWith("model.", name, StringComparison.Ordinal));
        Assert.True(file.Root.TryGet("pytorch-lightning_version", out var version));
        Assert.IsType<string>(version);
        AssertFinite(file);
    }

    [Theory]
    [InlineData("clap/musicbox_clap.pt")]
    [InlineData("emopia/best_weight/wav/ar_va/best.ckpt")]
    public void The_musicbox_files_are_read(string name)
    {
        using var scope = NewDisposeScope();
        using var file = PyTorchFile.Open(Path.Combine([Fixtures.Repository, "samples", "assets", "musicbox", .. name.Split('/')]));

        Assert.NotEmpty(file.Entries);
        AssertFinite(file);
    }

    [Fact]
    public void Every_truncation_and_every_flipped_byte_is_refused_or_read_without_harm()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Fixtures.Path("tiny-bin", "odd.bin"));
        for (var length = 0; length < whole.Length; length += 7)
        {
            var path = folder.Write("x.bin", whole[..length]);
            Assert.Throws<CheckpointException>(() => CheckpointFile.Open(path));
        }

        // A flipped value may go unnoticed; what must not happen is any exception of another kind.
        for (var position = 0; position < whole.Length; position++)
        {
            var damaged = whole.ToArray();
            damaged[position] ^= 0x55;
            var path = folder.Write("x.bin", damaged);
            using var scope = NewDisposeScope();
            try
            {
                using var file = CheckpointFile.Open(path);
                foreach (var name in file.Entries.Keys)
                {
                    file.Read(name);
                }
            }
            catch (CheckpointException exception)
            {
                Assert.Contains(path, exception.Message, StringComparison.Ordinal);
            }
        }
    }

    private static void AssertFinite(PyTorchFile file)
    {
        foreach (var entry in file.Entries.Values.Where(entry => torch.is_floating_point(entry.Dtype)))
        {
            Assert.True(file.Read(entry.Name).isfinite().all().item<bool>(), entry.Name);
        }
    }
}
