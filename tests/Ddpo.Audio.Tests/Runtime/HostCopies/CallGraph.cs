using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Ddpo.Audio.Tests.Runtime.HostCopies;

/// <summary>What methods of an assembly may call, by their compiled code: lambdas, state machines, and whatever implements or overrides what is called.</summary>
internal sealed class CallGraph(Assembly assembly)
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<ushort, OpCode> s_codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    private readonly Type[] _types = assembly.GetTypes();

    /// <summary>The assembly's methods that are reached from <paramref name="roots"/>, with what each of them calls outside of the assembly.</summary>
    public IEnumerable<(MethodBase Caller, MethodBase Called)> CallsOutside(IEnumerable<MethodBase> roots)
    {
        var (seen, waiting) = (new HashSet<MethodBase>(), new Queue<MethodBase>(roots));
        while (waiting.TryDequeue(out var caller))
        {
            if (!seen.Add(caller))
            {
                continue;
            }

            foreach (var called in Calls(caller).Select(Definition))
            {
                if (called.Module.Assembly != assembly)
                {
                    yield return (caller, called);
                    continue;
                }

                foreach (var next in MayRun(called))
                {
                    waiting.Enqueue(next);
                }
            }
        }
    }

    /// <summary>The methods that a type itself declares.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Type type) => type.GetMethods(All);

    private static MethodBase Definition(MethodBase method)
    {
        var generic = method is MethodInfo { IsGenericMethod: true } info ? info.GetGenericMethodDefinition() : method;
        return generic.DeclaringType is { IsConstructedGenericType: true } type
            ? type.GetGenericTypeDefinition().GetMembers(All).OfType<MethodBase>().First(own => own.MetadataToken == generic.MetadataToken)
            : generic;
    }

    private IEnumerable<MethodBase> MayRun(MethodBase called)
    {
        yield return called;
        if (called.DeclaringType?.TypeInitializer is { } initializer)
        {
            yield return initializer;
        }

        if (called.GetCustomAttribute<StateMachineAttribute>() is { } machine)
        {
            yield return machine.StateMachineType.GetMethod("MoveNext", All)!;
        }

        foreach (var own in called.IsVirtual ? Implementations((MethodInfo)called) : [])
        {
            yield return own;
        }
    }

    private IEnumerable<MethodBase> Implementations(MethodInfo called) => called.DeclaringType!.IsInterface
        ? _types.Where(type => !type.IsInterface && !type.ContainsGenericParameters && type.GetInterfaces().Contains(called.DeclaringType))
            .Select(type => type.GetInterfaceMap(called.DeclaringType))
            .SelectMany(map => map.InterfaceMethods.Zip(map.TargetMethods))
            .Where(pair => pair.First == called && pair.Second is not null)
            .Select(pair => pair.Second)
        : _types.Where(type => type.IsSubclassOf(called.DeclaringType))
            .SelectMany(type => type.GetMethods(All))
            .Where(method => method.GetBaseDefinition() == called.GetBaseDefinition());

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var value = (ushort)code[at++];
            if (value == 0xFE)
            {
                value = (ushort)((value << 8) | code[at++]);
            }

            var operation = s_codes[value];
            if (operation.OperandType is OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(
                    BitConverter.ToInt32(code, at), method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null)!;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
