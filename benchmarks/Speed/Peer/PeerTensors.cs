using Ddpo.Audio.Benchmarks.Speed.Stages;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Models.UNet;

namespace Ddpo.Audio.Benchmarks.Speed.Peer;

/// <summary>
/// <c>io.safetensors</c>: inputs of the UNet, and its output, by the names that diffusers gives the arguments. Tensors with other names are told by their shapes:
/// four dimensions are the latents (the output, if "out" is in the name), at most one the timestep, three a text (the first of GPT-2's width is GPT-2's), two T5's mask and then GPT-2's.
/// </summary>
internal sealed class PeerTensors
{
    public const string Sample = "sample", Timestep = "timestep", Gpt2 = "encoder_hidden_states", Gpt2Mask = "encoder_attention_mask",
        T5 = "encoder_hidden_states_1", T5Mask = "encoder_attention_mask_1", Output = "output";

    // In the order of diffusers' arguments.
    private static readonly string[] s_inputs = [Sample, Timestep, Gpt2, Gpt2Mask, T5, T5Mask];

    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly List<string> _matches = [];

    private PeerTensors()
    {
    }

    /// <summary>The inputs that there are, in the order of diffusers' arguments.</summary>
    public IEnumerable<string> Inputs => s_inputs.Where(_tensors.ContainsKey);

    /// <summary>Which tensor of the file is which.</summary>
    public string Matches => string.Join(", ", _matches);

    /// <summary>A tensor; <see langword="null"/> when there is none.</summary>
    public Tensor? this[string name] => _tensors.GetValueOrDefault(name);

    /// <summary>Reads them into the caller's dispose scope.</summary>
    /// <exception cref="NotMeasuredException">One is missing.</exception>
    public static PeerTensors Read(string path, AudioLdm2UNetConfig config)
    {
        using var source = CheckpointFile.Open(path);
        var tensors = new PeerTensors();
        var isKnown = source.Entries.Keys.ToLookup(name => s_inputs.Contains(name) || name == Output);
        foreach (var name in isKnown[true])
        {
            tensors.Add(name, name, source);
        }

        foreach (var name in isKnown[false].Order(StringComparer.Ordinal))
        {
            tensors.Add(tensors.RoleOf(source.Entries[name], config), name, source);
        }

        string[] missing = [.. new[] { Sample, Timestep, Gpt2, T5 }.Where(name => tensors[name] is null)];
        return missing.Length == 0
            ? tensors
            : throw new NotMeasuredException($"'{path}' has {string.Join(", ", source.Entries.Keys)}, and none of these can be {string.Join(", ", missing)}");
    }

    private void Add(string role, string name, ITensorSource source)
    {
        if (_tensors.TryAdd(role, source.Read(name)))
        {
            _matches.Add(role == name ? name : $"{name} as {role}");
        }
    }

    private string RoleOf(TensorEntry entry, AudioLdm2UNetConfig config) => entry.Shape.Count switch
    {
        4 => entry.Name.Contains("out", StringComparison.OrdinalIgnoreCase) ? Output : Sample,
        3 => this[Gpt2] is null && config.CrossAttentionDim.Any(widths => widths.Entries.FirstOrDefault(width => width is not null) == entry.Shape[2]) ? Gpt2 : T5,
        2 => this[T5Mask] is null ? T5Mask : Gpt2Mask,
        _ => Timestep,
    };
}
