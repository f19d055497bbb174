using System.Text;
using System.Text.Json;
using Ddpo.Audio.Adapters;
using Ddpo.Audio.Testing;
using Ddpo.Audio.Testing.Fuzzing;
using Ddpo.Audio.Tests.Checkpoints;

namespace Ddpo.Audio.Tests.Fuzzing;

public sealed class LoraFuzzTests
{
    private const string FileName = "adapter_model.safetensors";
    private const string Config = """{"peft_type":"LORA","lora_alpha":4,"use_rslora":false,"bias":"none","alpha_pattern":{},"target_modules":["to_q"]}""";

    private const string Settings =
        """{"unet.r":2,"unet.lora_alpha":1,"unet.alpha_pattern":{"a.*q":4},"unet.rank_pattern":{},"unet.init_lora_weights":"gaussian","unet.use_rslora":false}""";

    private static readonly byte[] s_values = [.. new byte[56], .. BitConverter.GetBytes(4f)]; // alpha at the end

    [Fact]
    public void Damaged_headers_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("lora", FileName, Read)
    {
        Corpus =
        [
            Header("unet.a.attn1.to_q.lora_A.weight", "unet.a.attn1.to_q.lora_B.weight", "unet.a.attn1.to_q.alpha"),
            Header("base_model.model.a.to_q.lora_A.default.weight", "base_model.model.a.to_q.lora_B.weight", "unet.a.to_q.alpha"),
            Header("unet.a.attn1.to_q.lora.down.weight", "unet.a.attn1.to_q.lora.up.weight", "unet.a.attn1.to_q.alpha"),
            Header("a.attn1.processor.to_out_lora.down.weight", "a.attn1.processor.to_out_lora.up.weight", "unet.a.attn1.to_out.0.alpha"),
        ],
        Words = [.. new[] { "unet.", ".processor", ".lora_A.weight", ".alpha", "F16", "F64", "I32", "[0,3]", "[6]", "[1,1,6]" }.Select(Encoding.UTF8.GetBytes)],
        Wrap = header => [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. s_values],
        Prepare = folder => folder.With("adapter_config.json", Config),
        Iterations = 12_000,
    });

    [Fact]
    public void Damaged_adapter_configs_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("lora-config", "adapter_config.json", Read)
    {
        Corpus = [Encoding.UTF8.GetBytes(Config)],
        Prepare = folder => folder.With(
            FileName, SafetensorsBytes.Of(Encoding.UTF8.GetString(Header("base_model.model.a.to_q.lora_A.weight", "base_model.model.a.to_q.lora_B.weight", "unet.a.to_q.alpha")), s_values)),
    });

    [Fact]
    public void Damaged_settings_in_the_header_are_read_or_refused() => Fuzzer.Run(new FuzzTarget("lora-header", FileName, Read)
    {
        Corpus = [Encoding.UTF8.GetBytes(Settings), Encoding.UTF8.GetBytes(Settings.Replace("unet.", "", StringComparison.Ordinal))],
        FixedBytes = 8 << 20, // a regular expression
        Words = [.. new[] { "unet.", "\\ud800", "NaN", "(", "[a-z]+", "1e39", "rank_pattern", "\"pissa\"", "null" }.Select(Encoding.UTF8.GetBytes)],
        Wrap = settings => SafetensorsBytes.Of(
            "{\"__metadata__\":{\"lora_adapter_metadata\":" + JsonSerializer.Serialize(Encoding.UTF8.GetString(settings)) + "},"
            + Encoding.UTF8.GetString(Header("unet.a.to_q.lora_A.weight", "unet.a.to_q.lora_B.weight", "unet.a.to_q.alpha"))[1..], s_values),
    });

    [Fact]
    public void An_adapter_that_fails_half_way_leaves_no_tensor_behind()
    {
        using var folder = new TemporaryFolder().With(FileName, SafetensorsBytes.Of(
            """{"unet.a.lora_A.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"unet.a.lora_B.weight":{"dtype":"I32","shape":[4,2],"data_offsets":[24,56]},"unet.a.alpha":{"dtype":"F32","shape":[1],"data_offsets":[56,60]}}""",
            s_values));
        LiveTensors.AssertFlat(() => Assert.Contains(
            "does not convert", Assert.Throws<CheckpointException>(() => LoraFile.Read(folder[FileName])).Message, StringComparison.Ordinal));
    }

    private static byte[] Header(string down, string up, string alpha) => Encoding.UTF8.GetBytes(
        $$$"""{"{{{down}}}":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"{{{up}}}":{"dtype":"F32","shape":[4,2],"data_offsets":[24,56]},"{{{alpha}}}":{"dtype":"F32","shape":[],"data_offsets":[56,60]}}""");

    private static void Read(TemporaryFolder folder)
    {
        using var weights = LoraFile.Read(folder[FileName]);
        var bytes = weights.Modules.Values.Sum(module => (module.Down.numel() + module.Up.numel()) * sizeof(float));
        Assert.InRange(bytes, 0, 4 * new FileInfo(folder[FileName]).Length);
    }
}
