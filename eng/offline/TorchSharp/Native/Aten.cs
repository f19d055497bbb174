using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>
/// Calls libtorch's operators by name, "add.Tensor" for the overload Tensor of aten::add. Trailing arguments with a default
/// in the operator's schema may be left out.
/// </summary>
internal static unsafe class Aten
{
    private const int StackWords = 64;
    private static readonly ConcurrentDictionary<string, nint> Operators = new();

    /// <summary>The tensor an operator returns (the first, if it returns several).</summary>
    public static torch.Tensor Call(string name, params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result = default;
        Invoke(name, arguments, &result, 1);
        return Take(result);
    }

    /// <summary>For operators that change their first argument and return it.</summary>
    public static torch.Tensor CallInPlace(torch.Tensor self, string name, params ReadOnlySpan<Arg> arguments)
    {
        Invoke(name, arguments, null, 0);
        return self;
    }

    public static (torch.Tensor, torch.Tensor) CallPair(string name, params ReadOnlySpan<Arg> arguments)
    {
        var results = stackalloc NativeValue[2];
        Invoke(name, arguments, results, 2);
        return (Take(results[0]), Take(results[1]));
    }

    /// <summary>For operators that return one list of tensors.</summary>
    public static torch.Tensor[] CallList(string name, params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result = default;
        Invoke(name, arguments, &result, 1);
        var handles = (nint*)result.Bits;
        var tensors = new torch.Tensor[result.Count];
        for (var i = 0; i < tensors.Length; i++)
            tensors[i] = new torch.Tensor(handles[i]);
        NativeMethods.shim_free_list((nint)result.Bits);
        return tensors;
    }

    public static bool CallBool(string name, params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result = default;
        Invoke(name, arguments, &result, 1);
        return result.Bits != 0;
    }

    /// <summary>Whether this libtorch has the operator.</summary>
    public static bool Exists(string name)
    {
        var (op, overload) = Split(name);
        return NativeMethods.shim_find_operator("aten::" + op, overload, out _) == 0;
    }

    private static torch.Tensor Take(in NativeValue result) =>
        result.Kind == ValueKind.Tensor && result.Bits != 0 ? new torch.Tensor((nint)result.Bits) : null!;

    [SkipLocalsInit]
    private static void Invoke(string name, ReadOnlySpan<Arg> arguments, NativeValue* results, int maxResults)
    {
        var words = 0;
        foreach (ref readonly var argument in arguments)
            words += argument.ScratchWords;

        var onStack = stackalloc long[StackWords];
        fixed (long* onHeap = words > StackWords ? new long[words] : null)
        {
            var scratch = onHeap is null ? onStack : onHeap;
            var native = stackalloc NativeValue[arguments.Length];
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i].Write(out native[i], scratch);
                scratch += arguments[i].ScratchWords;
            }
            NativeMethods.Check(NativeMethods.shim_call(Find(name), native, arguments.Length, results, maxResults));
        }
        foreach (ref readonly var argument in arguments)
            argument.KeepAlive();
    }

    private static nint Find(string name) => Operators.TryGetValue(name, out var found) ? found : Look(name);

    private static nint Look(string name)
    {
        var (op, overload) = Split(name);
        NativeMethods.Check(NativeMethods.shim_find_operator("aten::" + op, overload, out var found));
        return Operators.GetOrAdd(name, found);
    }

    private static (string Operator, string Overload) Split(string name) =>
        name.Split('.') is [var op, var overload] ? (op, overload) : (name, "");
}
