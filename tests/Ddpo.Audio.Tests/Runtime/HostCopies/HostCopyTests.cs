using System.Reflection;
using Ddpo.Audio.Adapters;
using Ddpo.Audio.Models.Layers;
using Ddpo.Audio.Pipelines;
using Ddpo.Audio.Runtime;
using Ddpo.Audio.Schedulers;
using Ddpo.Audio.Training.Algorithms.ForwardProcess;
using Ddpo.Audio.Training.Algorithms.PolicyGradient;
using Ddpo.Audio.Training.Rollouts;

namespace Ddpo.Audio.Tests.Runtime.HostCopies;

/// <summary>A value that the host reads has to wait for all that the device was told to do: no denoising or training step does so, by what the compiled code can call.</summary>
public sealed class HostCopyTests
{
    private static readonly Assembly s_library = typeof(Denoiser).Assembly;

    // All of TorchSharp's ways to a tensor's values on the host, and those to sizes that depend on values.
    private static readonly string[] s_reads =
    [
        "item", "cpu", "data", "get_bytes", "numpy", "tolist", "op_Explicit", "ToScalar", "ToBoolean", "ToByte", "ToSByte", "ToInt16", "ToInt32", "ToInt64", "ToHalf", "ToSingle",
        "ToDouble", "ToComplex32", "ToComplex64", "ToComplexFloat32", "ToComplexFloat64", "nonzero", "argwhere", "masked_select", "unique", "bincount", "equal", "allclose", "is_nonzero",
        "print", "str", "jlstr", "npstr", "cstr",
    ];

    private static readonly MethodBase[] s_steps =
    [
        Root<LatentGenerator>("Generate"), Root<RolloutSampler>("Denoise"), Root<StepGradient>("Accumulate"), Root<DrawGradient>("Accumulate"),
        .. s_library.GetTypes().Where(IsOfTheUNet).SelectMany(CallGraph.MethodsOf),
    ];

    [Fact]
    public void No_step_waits_for_the_host()
    {
        var reads = HostReads(s_steps);

        // On the CPU both, where nothing waits: the vocoder, which is a module that a step could call, and once in a process whether convolutions can be trusted.
        Assert.Equal(["Row.Of calls Tensor.get_bytes", "Trial.AreEqual calls Tensor.get_bytes"], reads);
    }

    [Theory]
    [InlineData(typeof(LoraPair))]
    [InlineData(typeof(DdimSampler))]
    [InlineData(typeof(DpmSolverSampler))]
    [InlineData(typeof(ClippedSurrogate))]
    [InlineData(typeof(NegativeAwareMatching))]
    [InlineData(typeof(NoiseSource))]
    public void Steps_lead_to_all_that_takes_part(Type part) =>
        Assert.Contains(part, new CallGraph(s_library).CallsOutside(s_steps).Select(call => call.Caller.DeclaringType));

    [Theory]
    [InlineData(typeof(FiniteValues), "All", ".item")]
    [InlineData(typeof(UpdateMetrics), "Summarize", ".data")]
    [InlineData(typeof(Waveforms), "ToClips", ".cpu")]
    public void What_does_read_is_found(Type type, string method, string read) => Assert.Contains(HostReads([Root(type, method)]), found => found.Contains(read, StringComparison.Ordinal));

    private static string[] HostReads(IEnumerable<MethodBase> roots) =>
    [
        .. new CallGraph(s_library).CallsOutside(roots)
            .Where(call => s_reads.Contains(call.Called.Name) && OfATensor(call.Called))
            .Select(call => $"{call.Caller.DeclaringType!.Name}.{call.Caller.Name} calls {call.Called.DeclaringType!.Name}.{call.Called.Name}").Distinct().Order(StringComparer.Ordinal),
    ];

    // An extension has the tensor as its first parameter.
    private static bool OfATensor(MethodBase method) => (method.IsStatic ? method.GetParameters().FirstOrDefault()?.ParameterType : method.DeclaringType) == typeof(Tensor);

    // TorchSharp calls a module's forward, so that no call of ours leads there.
    private static bool IsOfTheUNet(Type type) => type.Namespace is "Ddpo.Audio.Models.UNet" || (type.Namespace == typeof(Linear).Namespace && type.IsSubclassOf(typeof(nn.Module)));

    private static MethodBase Root<T>(string method) => Root(typeof(T), method);

    private static MethodBase Root(Type type, string method) => CallGraph.MethodsOf(type).First(own => own.Name == method);
}
