using System.Runtime.InteropServices;
using Ddpo.Audio.Rewards.Onnx;
using Ddpo.Audio.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Ddpo.Audio.Rewards.Tests.Onnx;

public sealed class OnnxModelTests
{
    private static readonly OnnxTensor s_mel = Floats("mel", 4);
    private static readonly OnnxTensor s_logits = Floats("logits", 2);

    [Fact]
    public void Files_give_what_torch_gives()
    {
        using var golden = RewardGolden.Open("onnx/outputs");
        using var features = RewardGolden.Open("hf_clap/audio_features");
        using var emopia = RewardGolden.Open("emopia/" + OnnxFixture.EmopiaTask);
        using var scope = NewDisposeScope();
        var clips = golden.Json.GetProperty("audio_model.onnx").GetProperty("clips").EnumerateArray().Select(clip => clip.GetString());
        var inputs = stack(clips.Select(clip => features[$"{clip}.input_features"]));
        OnnxTensor[] tokens = [new("input_ids", TensorElementType.Int64, -1, -1), new("attention_mask", TensorElementType.Int64, -1, -1)];

        golden.AssertClose("audio_embeds", Run("audio_model.onnx", [Floats("input_features", 4)], Floats("audio_embeds", 2), Value<float>(inputs)));
        golden.AssertClose("text_embeds", Run("text_model.onnx", tokens, Floats("text_embeds", 2), Value<long>(golden["input_ids"]), Value<long>(golden["attention_mask"])));
        golden.AssertClose("logits", Run("emopia.onnx", [s_mel], s_logits, Value<float>(emopia["mel"])));
    }

    [Fact]
    public void A_cancelled_run_stops_inside_the_runtime_and_the_next_one_succeeds()
    {
        using var model = Open("emopia.onnx", [s_mel], s_logits);
        using var emopia = RewardGolden.Open("emopia/" + OnnxFixture.EmopiaTask);
        using var scope = NewDisposeScope();
        using var input = Value<float>(emopia["mel"]);
        var cancelled = new CancellationToken(canceled: true);

        var exception = Assert.Throws<OperationCanceledException>(() => model.Run([input], cancelled));

        Assert.Equal(cancelled, exception.CancellationToken);
        Assert.Equal(emopia["mel"].shape[0], model.Run([input], CancellationToken.None).Count);
    }

    [Fact]
    public void Rows_do_not_depend_on_each_other()
    {
        using var model = Open("emopia.onnx", [s_mel], s_logits);
        using var emopia = RewardGolden.Open("emopia/" + OnnxFixture.EmopiaTask);
        using var scope = NewDisposeScope();
        using var all = Value<float>(emopia["mel"]);
        var rows = model.Run([all], CancellationToken.None);

        for (var i = 0; i < rows.Count; i++)
        {
            using var one = Value<float>(emopia["mel"].narrow(0, i, 1));
            Assert.All(Assert.Single(model.Run([one], CancellationToken.None)).Zip(rows[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Other_inputs_or_outputs_are_named_with_the_file()
    {
        Refused("expected the inputs mel (Float [any, any]), found mel (Float [any, 1,", [Floats("mel", 2)], s_logits);
        Refused("expected the inputs mel (Int64", [s_mel with { Type = TensorElementType.Int64 }], s_logits);
        Refused("expected the inputs mel (Float [any, 7, any, any])", [s_mel with { Shape = [-1, 7, -1, -1] }], s_logits);
        Refused("expected the inputs mel (Float [any, any, any, any]), length", [s_mel, Floats("length", 1)], s_logits);
        Refused("expected the inputs , found mel", [], s_logits);
        Refused("expected the outputs scores (Float [any, any]), found logits (Float", [s_mel], Floats("scores", 2));

        static void Refused(string message, OnnxTensor[] inputs, OnnxTensor output)
        {
            var exception = Assert.Throws<CheckpointException>(() => Open("emopia.onnx", inputs, output));
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
            Assert.Contains("emopia.onnx", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Missing_and_damaged_files_are_named()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Fixtures.Path("rewards", "onnx", "emopia.onnx"));
        string[] paths =
        [
            folder["missing.onnx"],
            folder.Root,
            folder.Write("empty.onnx", ""),
            folder.Write("pointer.onnx", "version https://git-lfs.github.com/spec/v1\n"),
            folder.Write("truncated.onnx", whole[..(whole.Length / 2)]),
            folder.Write("header.onnx", whole[..20]),
        ];

        Assert.All(paths, path => Assert.Contains(
            path, Assert.Throws<CheckpointException>(() => OnnxSession.Open(path, "cpu")).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_is_not_there_is_named()
    {
        var path = Fixtures.Path("rewards", "onnx", "emopia.onnx");

        Assert.Contains("'tpu'", Assert.Throws<ArgumentException>(() => OnnxSession.Open(path, "tpu")).Message, StringComparison.Ordinal);
        var exception = Assert.ThrowsAny<Exception>(() => OnnxSession.Open(path, "cuda:99"));
        Assert.True(exception is NotSupportedException or CheckpointException, exception.ToString());
        Assert.Contains("'cuda:99'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, -1, 4)]
    [InlineData(true, 2, 4)]
    [InlineData(true, 2, -1)]
    [InlineData(false, 3, 4)]
    [InlineData(false, 2, 5)]
    public void Sizes_fit_where_they_are_equal_or_open(bool fits, int rows, int columns) =>
        Assert.Equal(fits, new OnnxTensor("x", TensorElementType.Float, 2, 4).Fits(new("x", TensorElementType.Float, rows, columns)));

    private static OnnxTensor Floats(string name, int rank) => new(name, TensorElementType.Float, [.. Enumerable.Repeat(OnnxTensor.Any, rank)]);

    private static OnnxModel Open(string file, IReadOnlyList<OnnxTensor> inputs, OnnxTensor output) =>
        OnnxModel.Open(Fixtures.Path("rewards", "onnx", file), "cpu", inputs, output, NullLogger.Instance);

    private static Tensor Run(string file, IReadOnlyList<OnnxTensor> inputs, OnnxTensor output, params OrtValue[] values)
    {
        using var model = Open(file, inputs, output);
        var rows = model.Run(values, CancellationToken.None);
        Assert.All(rows, row => Assert.Equal(model.OutputWidth < 0 ? rows[0].Length : model.OutputWidth, row.Length));
        Array.ForEach(values, value => value.Dispose());
        return tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);
    }

    private static OrtValue Value<T>(Tensor tensor)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(MemoryMarshal.Cast<byte, T>(tensor.contiguous().bytes).ToArray(), tensor.shape);
}
