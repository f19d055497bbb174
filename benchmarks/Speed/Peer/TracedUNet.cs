using System.Runtime.CompilerServices;
using Ddpo.Audio.Benchmarks.Speed.Stages;

namespace Ddpo.Audio.Benchmarks.Speed.Peer;

/// <summary>A UNet that was traced from diffusers, with its arguments. Owner of both.</summary>
internal sealed class TracedUNet : IDisposable
{
    private readonly jit.ScriptModule _module;
    private readonly object[] _arguments;

    private TracedUNet(jit.ScriptModule module, object[] arguments) => (_module, _arguments) = (module, arguments);

    /// <summary>Loads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputs">Inputs by diffusers' names, in diffusers' order, which no dispose scope has.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="matches">Tells which argument gets which input.</param>
    public static TracedUNet Load(string path, IReadOnlyList<(string Name, Tensor Tensor)> inputs, Device device, out string matches)
    {
        var names = TracedSignature.Read(path);

        // By name; what has another name gets what is left, in order.
        var rest = new Queue<(string Name, Tensor Tensor)>(inputs.Where(input => !names.Contains(input.Name)));
        (string Name, Tensor Tensor)[] arguments =
        [
            .. names.Select(name => inputs.FirstOrDefault(input => input.Name == name) is { Tensor: not null } named ? named
                : rest.TryDequeue(out var next) ? next
                : throw new NotMeasuredException($"forward of '{path}' takes {string.Join(", ", names)}, and there are {string.Join(", ", inputs.Select(input => input.Name))}")),
        ];
        matches = string.Join(", ", names.Zip(arguments, (name, argument) => name == argument.Name ? name : $"{name} = {argument.Name}"));

        var module = jit.load(path, device.type, device.index);
        module.eval();
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = false; // as ours
        }

        return new(module, [.. arguments.Select(argument => argument.Tensor)]);
    }

    /// <summary>Runs it.</summary>
    public Tensor Forward() => _module.invoke("forward", _arguments) switch
    {
        Tensor tensor => tensor,
        IEnumerable<Tensor> tensors => tensors.First(),
        IDictionary<object, object> named => (Tensor)named.Values.First(),
        ITuple tuple => (Tensor)tuple[0]!,
        var other => throw new NotMeasuredException($"the traced forward returns {other.GetType().Name}; expected a tensor, or some in a list, a tuple or a dictionary"),
    };

    public void Dispose()
    {
        Array.ForEach(_arguments, argument => ((Tensor)argument).Dispose());
        _module.Dispose();
    }
}
