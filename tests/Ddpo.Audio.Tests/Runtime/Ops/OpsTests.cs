using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Ddpo.Audio.Runtime.Ops;

namespace Ddpo.Audio.Tests.Runtime.Ops;

/// <summary>Every operation that takes a number: its values, and that no garbage collection can get at the number.</summary>
public sealed class OpsTests
{
    // An environment variable makes it more; here enough for an operation that held nothing to fail.
    private const string Calls = "DDPO_SCALAR_CALLS";

    private static readonly float[] s_x = [-2, -0.5f, 0.25f, 3], s_y = [1.5f, 4, -8, 0.5f];
    private static readonly long[] s_integers = [-3, 0, 4, 7];

    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Run, Func<float, float, float> Expected)> s_floats = new()
    {
        ["Add(Tensor, Tensor)"] = ((x, y) => x.Add(y), (x, y) => x + y),
        ["Add(Tensor, Double)"] = ((x, _) => x.Add(0.75), (x, _) => x + 0.75f),
        ["Subtract(Tensor, Int64)"] = ((x, _) => x.Subtract(3), (x, _) => x - 3),
        ["SubtractFrom(Tensor, Double)"] = ((x, _) => x.SubtractFrom(1.5), (x, _) => 1.5f - x),
        ["Multiply(Tensor, Double)"] = ((x, _) => x.Multiply(0.5), (x, _) => x * 0.5f),
        ["Divide(Tensor, Double)"] = ((x, _) => x.Divide(4), (x, _) => x / 4),
        ["Square(Tensor)"] = ((x, _) => x.Square(), (x, _) => x * x),
        ["AddInPlace(Tensor, Tensor)"] = ((x, y) => x.clone().AddInPlace(y), (x, y) => x + y),
        ["AddInPlace(Tensor, Tensor, Double)"] = ((x, y) => x.clone().AddInPlace(y, -0.5), (x, y) => x - (0.5f * y)),
        ["AddInPlace(Tensor, Double)"] = ((x, _) => x.clone().AddInPlace(0.25), (x, _) => x + 0.25f),
        ["AddProductInPlace(Tensor, Tensor, Tensor, Double)"] = ((x, y) => x.clone().AddProductInPlace(x, y, 2), (x, y) => x + (2 * x * y)),
        ["AddQuotientInPlace(Tensor, Tensor, Tensor, Double)"] = ((x, y) => x.clone().AddQuotientInPlace(y, x, 0.5), (x, y) => x + (0.5f * (y / x))),
        ["MultiplyInPlace(Tensor, Double)"] = ((x, _) => x.clone().MultiplyInPlace(-4), (x, _) => -4 * x),
        ["DivideInPlace(Tensor, Double)"] = ((x, _) => x.clone().DivideInPlace(2), (x, _) => x / 2),
        ["Clamp(Tensor, Double, Double)"] = ((x, _) => x.Clamp(-1, 2), (x, _) => Math.Clamp(x, -1, 2)),
        ["ClampMin(Tensor, Double)"] = ((x, _) => x.ClampMin(0.5), (x, _) => Math.Max(x, 0.5f)),
        ["ClampMax(Tensor, Double)"] = ((x, _) => x.ClampMax(0.5), (x, _) => Math.Min(x, 0.5f)),
        ["IsGreaterThan(Tensor, Double)"] = ((x, _) => x.IsGreaterThan(0.25).to(ScalarType.Float32), (x, _) => x > 0.25f ? 1 : 0),
        ["IsLessThan(Tensor, Double)"] = ((x, _) => x.IsLessThan(0.25).to(ScalarType.Float32), (x, _) => x < 0.25f ? 1 : 0),
        ["LeakyRelu(Tensor, Double)"] = ((x, _) => x.LeakyRelu(0.125), (x, _) => x > 0 ? x : 0.125f * x),
        ["LeakyReluInPlace(Tensor, Double)"] = ((x, _) => x.clone().LeakyReluInPlace(0.125), (x, _) => x > 0 ? x : 0.125f * x),
    };

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Run, Func<long, long> Expected)> s_integral = new()
    {
        ["Add(Tensor, Int64)"] = (x => x.Add(5), x => x + 5),
        ["Multiply(Tensor, Int64)"] = (x => x.Multiply(-2), x => -2 * x),
        ["ClampMax(Tensor, Int64)"] = (x => x.ClampMax(4), x => Math.Min(x, 4)),
        ["IsNotEqualTo(Tensor, Int64)"] = (x => x.IsNotEqualTo(4).to(ScalarType.Int64), x => x == 4 ? 0 : 1),
        ["Range(Int64, Int64, ScalarType, Device)"] = (_ => TensorFactory.Range(2, 6, ScalarType.Int64, CPU), x => Array.IndexOf(s_integers, x) + 2),
        ["Repeat(Int64, Int64, Device)"] = (_ => TensorFactory.Repeat(9, 4, CPU), _ => 9),
    };

    public static TheoryData<string> Operations => [.. s_floats.Keys, .. s_integral.Keys];

    [Fact]
    public void Every_operation_is_tested() => Assert.Equal(
        new[] { typeof(TensorArithmetic), typeof(TensorLimits), typeof(TensorFactory) }
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Select(method => $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})").Order(),
        s_floats.Keys.Concat(s_integral.Keys).Order());

    [Theory]
    [MemberData(nameof(Operations))]
    public void The_number_is_held_until_it_was_read(string operation)
    {
        var calls = int.TryParse(Environment.GetEnvironmentVariable(Calls), CultureInfo.InvariantCulture, out var given) ? given : 10_000;
        using var garbage = new GarbageThreads(2);
        using var scope = NewDisposeScope();
        var (run, expected) = Case(operation);
        for (var call = 0; call < calls; call++)
        {
            using var inner = NewDisposeScope();
            var result = run();
            Assert.True(result.bytes.SequenceEqual(expected), $"call {call} gave other numbers");
        }
    }

    private static (Func<Tensor> Run, byte[] Expected) Case(string operation)
    {
        if (s_floats.TryGetValue(operation, out var floats))
        {
            var (x, y) = (tensor(s_x), tensor(s_y));
            return (() => floats.Run(x, y), MemoryMarshal.AsBytes<float>(s_x.Zip(s_y, floats.Expected).ToArray()).ToArray());
        }

        var integers = tensor(s_integers);
        var integral = s_integral[operation];
        return (() => integral.Run(integers), MemoryMarshal.AsBytes<long>(s_integers.Select(integral.Expected).ToArray()).ToArray());
    }

    /// <summary>Threads that make garbage, so that collections happen at any instant.</summary>
    private sealed class GarbageThreads : IDisposable
    {
        private readonly List<Thread> _threads;
        private volatile bool _isOver;

        public GarbageThreads(int count)
        {
            _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Work) { IsBackground = true })];
            _threads.ForEach(thread => thread.Start());
        }

        public void Dispose()
        {
            _isOver = true;
            _threads.ForEach(thread => thread.Join());
        }

        private void Work()
        {
            while (!_isOver)
            {
                GC.KeepAlive(new byte[100_000]);
            }
        }
    }
}
