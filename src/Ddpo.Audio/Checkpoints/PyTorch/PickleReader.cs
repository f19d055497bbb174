using System.Numerics;
using static Ddpo.Audio.Checkpoints.PyTorch.PickleOpcode;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>Reads one pickle into plain values. It can make nothing but containers, numbers, texts and descriptions of tensors.</summary>
internal ref struct PickleReader
{
    private const int MaxIntegerBytes = 64;
    private const int MaxMemo = 1 << 20;

    private readonly PickleStack _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Func<PickleTuple, object> _persistent;
    private PickleStream _input;
    private long _copies;

    private PickleReader(ReadOnlySpan<byte> pickle, Func<PickleTuple, object> persistent)
    {
        _input = new PickleStream(pickle);
        _persistent = persistent;
    }

    /// <param name="pickle">The bytes.</param>
    /// <param name="persistent">Makes what lies outside the pickle from its id: the storages.</param>
    /// <exception cref="InvalidDataException">The pickle is damaged, or asks for something that data does not need.</exception>
    public static object? Read(ReadOnlySpan<byte> pickle, Func<PickleTuple, object> persistent)
    {
        var reader = new PickleReader(pickle, persistent);
        while (true)
        {
            var opcode = (PickleOpcode)reader._input.Byte();
            if (opcode == Stop)
            {
                return reader._stack.Pop();
            }

            reader.Step(opcode);
        }
    }

    private void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case Proto:
                ThrowUnlessKnown(_input.Byte());
                break;
            case Frame:
                _input.U64();
                break;
            case Mark:
                _stack.Mark();
                break;
            case Pop:
                _stack.Pop();
                break;
            case PopMark:
                _stack.PopToMark();
                break;
            case Dup:
                _stack.Push(_stack.Peek());
                break;
            case BinPut:
                Remember(_input.Byte());
                break;
            case LongBinPut:
                Remember(_input.U32());
                break;
            case Memoize:
                Remember(_memo.Count);
                break;
            case Append:
            {
                var value = _stack.Pop();
                _stack.Peek<List<object?>>("a list").Add(value);
                break;
            }

            case Appends or AddItems:
            {
                var values = _stack.PopToMark();
                _stack.Peek<List<object?>>("a list").AddRange(values);
                break;
            }

            case SetItem:
                SetItems(_stack.Pop(2));
                break;
            case PickleOpcode.SetItems:
                SetItems(_stack.PopToMark());
                break;
            case Build:
                BuildState();
                break;
            default:
                _stack.Push(Make(opcode));
                break;
        }
    }

    private object? Make(PickleOpcode opcode) => opcode switch
    {
        None => null,
        NewTrue => true,
        NewFalse => false,
        BinInt => (long)_input.I32(),
        BinInt1 => (long)_input.Byte(),
        BinInt2 => (long)_input.U16(),
        Long1 => Integer(_input.Byte()),
        Long4 => Integer(_input.U32()),
        BinFloat => _input.BigEndianDouble(),
        BinUnicode or BinString => _input.Text((ulong)_input.U32()),
        ShortBinUnicode or ShortBinString => _input.Text(_input.Byte()),
        BinUnicode8 => _input.Text(_input.U64()),
        BinBytes => _input.Take((ulong)_input.U32()).ToArray(),
        ShortBinBytes => _input.Take(_input.Byte()).ToArray(),
        BinBytes8 or ByteArray8 => _input.Take(_input.U64()).ToArray(),
        EmptyTuple => new PickleTuple([]),
        Tuple1 => new PickleTuple(_stack.Pop(1)),
        Tuple2 => new PickleTuple(_stack.Pop(2)),
        Tuple3 => new PickleTuple(_stack.Pop(3)),
        PickleOpcode.Tuple => new PickleTuple(_stack.PopToMark()),
        EmptyList or EmptySet => new List<object?>(),
        PickleOpcode.List or FrozenSet => new List<object?>(_stack.PopToMark()),
        EmptyDict => new PickleDict(),
        Dict => Fill(new PickleDict(), _stack.PopToMark()),
        BinGet => Recall(_input.Byte()),
        LongBinGet => Recall(_input.U32()),
        Global => PickleGlobals.Resolve(_input.Line(), _input.Line()),
        StackGlobal => ResolveFromStack(),
        PickleOpcode.Reduce or NewObj => Call(),
        BinPersId => _persistent(_stack.Pop<PickleTuple>("the id of a storage")),
        Inst => throw RefuseInstance(),
        _ => throw new InvalidDataException(
            $"its pickle has the instruction 0x{(byte)opcode:x2} at byte {_input.Position - 1}, which data does not need"),
    };

    private object Integer(long length)
    {
        if (length > MaxIntegerBytes)
        {
            throw new InvalidDataException($"its pickle has an integer of {length} bytes");
        }

        var bytes = _input.Take((ulong)length);
        return length <= sizeof(long) ? (object)LittleEndian(bytes) : new BigInteger(bytes);
    }

    private static long LittleEndian(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        // The last byte has the sign.
        var unused = 8 * (sizeof(long) - bytes.Length);
        return bytes.IsEmpty ? 0L : value << unused >> unused;
    }

    private static void ThrowUnlessKnown(byte protocol)
    {
        if (protocol is < 2 or > 5)
        {
            throw new InvalidDataException($"its pickle is of protocol {protocol}; 2 to 5 can be read");
        }
    }

    private readonly void Remember(long index)
    {
        if (_memo.Count == MaxMemo)
        {
            throw new InvalidDataException($"its pickle stores more than {MaxMemo} values for later");
        }

        _memo[index] = _stack.Peek();
    }

    private readonly object? Recall(long index) =>
        _memo.TryGetValue(index, out var value)
            ? value
            : throw new InvalidDataException($"its pickle refers to a value {index} that it did not store");

    // An instruction of old protocols that names and calls at once: read only so that what is harmful is refused by its name.
    private InvalidDataException RefuseInstance()
    {
        var position = _input.Position - 1;
        PickleGlobals.Resolve(_input.Line(), _input.Line());
        return new($"its pickle has the instruction 0x69 at byte {position}, which protocols from 2 do not need");
    }

    private readonly object ResolveFromStack()
    {
        var name = _stack.Pop<string>("the name of an object");
        return PickleGlobals.Resolve(_stack.Pop<string>("the name of a module"), name);
    }

    private object? Call()
    {
        var arguments = _stack.Pop<PickleTuple>("a call's arguments");
        var function = _stack.Pop<PickleFunction>("a call's function");
        object? result;
        try
        {
            result = function.Call(arguments.Items);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"its pickle calls '{function.Name}', but {exception.Message}", exception);
        }

        Spend(result is PickleTensor tensor ? tensor.Shape.Length : 0);
        return result;
    }

    private readonly void SetItems(object?[] pairs) => Fill(_stack.Peek<PickleDict>("a dictionary"), pairs);

    private static PickleDict Fill(PickleDict dict, object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw new InvalidDataException("its pickle has a key without a value");
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            dict.Add(pairs[i], pairs[i + 1]);
        }

        return dict;
    }

    /// <summary>
    /// Counts the parts of a value from the memo that are copied. What is used once has more bytes in the pickle than parts;
    /// what is used again and again would grow with the square of the file.
    /// </summary>
    private void Spend(int parts)
    {
        _copies += parts;
        if (_copies > _input.Length)
        {
            throw new InvalidDataException("its pickle copies values again and again, beyond its own size");
        }
    }

    private void BuildState()
    {
        var state = _stack.Pop();
        switch (_stack.Peek(), state)
        {
            case (PickleDict { IsObject: true } target, PickleDict attributes):
                Spend(attributes.Count);
                foreach (var (name, value) in attributes.Named)
                {
                    target.Add(name, value);
                }

                break;
            case (PickleDict { IsObject: false }, PickleDict):
                // An OrderedDict's attributes: torch keeps versions of modules in _metadata, which weights do not need.
                break;
            case (PickleUnread, _):
                break;
            case (PickleNumpyDtype dtype, PickleTuple { Items: [long, string order, ..] }):
                dtype.ByteOrder = order;
                break;
            default:
                throw new InvalidDataException("its pickle sets the state of something that has none");
        }
    }
}
