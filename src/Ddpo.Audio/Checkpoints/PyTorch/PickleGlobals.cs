using System.Buffers.Binary;
using System.Text;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>The only names outside itself that a pickle may use: what tensors, containers and numpy's numbers are made by.</summary>
internal static class PickleGlobals
{
    // Long enough for any number or device; a longer text repeated from the memo could grow without bound.
    private const int MaxTextLength = 64;

    private const string FromType = "torch._tensor._rebuild_from_type_v2";

    private static readonly Dictionary<string, object> _known = Make();

    /// <exception cref="InvalidDataException">The name is not one of those.</exception>
    public static object Resolve(string module, string name) =>
        _known.TryGetValue($"{module}.{name}", out var value)
            ? value
            : throw new InvalidDataException(
                $"it asks for the Python object '{module}.{name}', which weights do not need and which is refused; nothing was run. "
                + "If you trust the file, save its state_dict alone with Python, best as safetensors");

    private static Dictionary<string, object> Make()
    {
        var known = new Dictionary<string, object>();
        void Function(Func<object?[], object?> call, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                known.Add(name, new PickleFunction(name, call));
            }
        }

        Function(args => args.Length == 0 ? new PickleDict() : throw Bad(), "collections.OrderedDict");
        Function(args => args is [] ? new PickleDict() : args is [PickleDict counts] ? counts : throw Bad(), "collections.Counter");
        Function(
            args => args.Length == 0 ? new PickleDict(isObject: true) : throw Bad(),
            "argparse.Namespace",
            "pytorch_lightning.utilities.parsing.AttributeDict",
            "lightning_fabric.utilities.data.AttributeDict",
            "lightning.fabric.utilities.data.AttributeDict");
        Function(
            args => args is [List<object?> list] ? list : throw Bad(),
            "builtins.set", "builtins.frozenset", "__builtin__.set", "__builtin__.frozenset");
        Function(args => args.Length == 0 ? Array.Empty<byte>() : throw Bad(), "builtins.bytes", "__builtin__.bytes");
        Function(Encode, "_codecs.encode");
        Function(
            args => args is [string code, ..] ? new PickleNumpyDtype(code) : throw Bad(),
            "numpy.dtype");
        Function(NumpyScalar, "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar");
        Function(args => args is [PickleTuple size] ? size : throw Bad(), "torch.Size");
        Function(
            args => args is [string { Length: <= MaxTextLength } type, .. var index] && index is [] or [long]
                ? string.Join(':', [type, .. index])
                : throw Bad(),
            "torch.device");
        Function(RebuildTensor, "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2");
        Function(RebuildTensorOfDtype, "torch._utils._rebuild_tensor_v3");
        Function(
            args => args is [PickleTensor or PickleUnread, ..] ? args[0] : throw Bad(),
            "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch.nn.parameter.Parameter");
        Function(RebuildOnDevice, "torch._utils._rebuild_device_tensor_from_cpu_tensor");
        Function(RebuildWithAttributes, FromType);
        foreach (var (names, storage, dtype) in TorchTypes())
        {
            known.Add($"torch.{storage}Storage", new PickleStorageType(dtype));
            known.Add($"torch.cuda.{storage}Storage", new PickleStorageType(dtype));
            foreach (var name in names)
            {
                known.Add($"torch.{name}", dtype);
            }
        }

        known.Add("torch.storage.UntypedStorage", new PickleStorageType(null));
        known.Add("torch.storage.TypedStorage", new PickleStorageType(null));
        foreach (var name in PickleUnreadNames.Constants)
        {
            known.Add(name, new PickleUnread(name));
        }

        foreach (var name in PickleUnreadNames.Functions)
        {
            Function(_ => new PickleUnread(name), name);
        }

        return known;
    }

    private static (string[] Names, string Storage, ScalarType Dtype)[] TorchTypes() =>
    [
        (["float32", "float"], "Float", ScalarType.Float32),
        (["float64", "double"], "Double", ScalarType.Float64),
        (["float16", "half"], "Half", ScalarType.Float16),
        (["bfloat16"], "BFloat16", ScalarType.BFloat16),
        (["int64", "long"], "Long", ScalarType.Int64),
        (["int32", "int"], "Int", ScalarType.Int32),
        (["int16", "short"], "Short", ScalarType.Int16),
        (["int8"], "Char", ScalarType.Int8),
        (["uint8"], "Byte", ScalarType.Byte),
        (["bool"], "Bool", ScalarType.Bool),
    ];

    private static object RebuildTensor(object?[] args) => args is [PickleUnread unread, ..] ? unread
        : args is [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, ..]
            ? new PickleTensor(storage, storage.Dtype, offset, size, stride)
            : throw Bad();

    private static object RebuildTensorOfDtype(object?[] args) => args is [PickleStorage, _, _, _, _, _, PickleUnread unread, ..] ? unread
        : args is [PickleStorage storage, long offset, PickleTuple size, PickleTuple stride, _, _, ScalarType dtype, ..]
            ? new PickleTensor(storage, dtype, offset, size, stride)
            : throw Bad();

    /// <summary>A tensor of a device that kept no storage.</summary>
    private static object RebuildOnDevice(object?[] args) => args is [PickleTensor data, ScalarType dtype, ..] && dtype == data.Dtype ? data
        : args is [PickleTensor or PickleUnread, ..] ? new PickleUnread("a tensor that was saved in another type") : throw Bad();

    /// <summary>A tensor with attributes, which weights do not need.</summary>
    private static object? RebuildWithAttributes(object?[] args) => args is [PickleFunction { Name: not FromType } rebuild, _, PickleTuple rest, ..]
        && rebuild.Call(rest.Items) is { } tensor && tensor is PickleTensor or PickleUnread ? tensor : throw Bad();

    /// <summary>Bytes as protocol 2 writes them: as text, one character a byte.</summary>
    private static object Encode(object?[] args) =>
        args is [string { Length: <= MaxTextLength } text, "latin1"] && text.All(character => character <= byte.MaxValue)
            ? Encoding.Latin1.GetBytes(text)
            : throw Bad();

    private static object NumpyScalar(object?[] args)
    {
        if (args is not [PickleNumpyDtype { ByteOrder: "<" or "|" or "=" } dtype, byte[] bytes])
        {
            throw Bad();
        }

        return (dtype.Code, bytes.Length) switch
        {
            ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            ("f4", 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ("i4", 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ("i2", 2) => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ("i1", 1) => (long)(sbyte)bytes[0],
            ("u4", 4) => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            ("u2", 2) => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            ("u1", 1) => (long)bytes[0],
            ("b1", 1) => bytes[0] != 0,
            _ => throw new InvalidDataException($"a numpy number of type '{dtype.Code}' in {bytes.Length} bytes cannot be read"),
        };
    }

    /// <summary>The caller adds which function it was.</summary>
    private static InvalidDataException Bad() => new("the arguments are not what it takes");
}
