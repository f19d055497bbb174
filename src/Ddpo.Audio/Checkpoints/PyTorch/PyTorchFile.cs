using Ddpo.Audio.Runtime;

namespace Ddpo.Audio.Checkpoints.PyTorch;

/// <summary>A file of torch.save (.bin, .pt, .ckpt, .pth): a zip file with a pickle and an entry for each storage.</summary>
/// <remarks>
/// The tensors are those of the root dictionary, or of its <c>state_dict</c> where it has one. Sparse, quantised and complex ones, and those of
/// types that models do not have, are passed over.
/// </remarks>
internal sealed class PyTorchFile : TensorSource
{
    // A tensor expanded with stride 0 is larger than its storage, and tensors may share one. Files of weights hardly have
    // such, so what is larger than both the file and this, and all that together is larger than several such files, is taken
    // for damage rather than allocated.
    private const long ExpansionLimit = 64 << 20;
    private const int SharingLimit = 8;

    private readonly BinaryFile _file;
    private readonly PyTorchArchive _archive;
    private readonly Dictionary<string, PickleTensor> _tensors = [];
    private readonly OrderedDictionary<string, TensorEntry> _entries = [];

    private readonly Dictionary<string, string> _unread = [];

    private PyTorchFile(BinaryFile file)
        : base(file.Path)
    {
        _file = file;
        _archive = PyTorchArchive.Read(file);
        var limit = Math.Max(file.Length, ExpansionLimit);
        long total = 0;
        foreach (var (name, value) in ChooseStateDict(_archive.Root).Named)
        {
            if (value is PickleTensor tensor)
            {
                var entry = new TensorEntry(name, tensor.Dtype, tensor.Shape);
                if (entry.Bytes > limit)
                {
                    throw new InvalidDataException($"'{name}' of shape [{string.Join(", ", tensor.Shape)}] is larger than the file");
                }

                // A file is hardly 2^60 bytes long, so the sum cannot overflow before it is found too large.
                if ((total += entry.Bytes) / SharingLimit > limit)
                {
                    throw new InvalidDataException($"its tensors up to '{name}' are many times larger than the file together");
                }

                _tensors.Add(name, tensor);
                _entries.Add(name, entry);
            }
            else if (value is PickleUnread unread)
            {
                _unread.Add(name, unread.Name);
            }
        }
    }

    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    public override IReadOnlyDictionary<string, string> Unread => _unread;

    /// <summary>The whole saved dictionary, for what lies beside the weights, such as settings.</summary>
    public PickleDict Root => _archive.Root;

    /// <exception cref="CheckpointException">The file is missing or damaged, or holds something other than weights.</exception>
    public static PyTorchFile Open(string path)
    {
        var file = BinaryFile.Open(path);
        try
        {
            return new PyTorchFile(file);
        }
        catch (InvalidDataException exception)
        {
            file.Dispose();
            throw new CheckpointException($"'{path}' is not a sound PyTorch checkpoint: {exception.Message}.", exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override void Dispose() => _file.Dispose();

    protected override bool Fill(TensorEntry entry, Tensor target)
    {
        var tensor = _tensors[entry.Name];
        if (tensor.Count == 0)
        {
            return true;
        }

        var start = _archive.StartOf(tensor.Storage) + (tensor.Offset * Dtypes.SizeOf(tensor.Dtype));
        if (tensor.IsContiguous)
        {
            return TensorFill.FromRows(_file, start, tensor.Dtype, target);
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var used = empty([tensor.Extent], tensor.Dtype);
        _ = TensorFill.FromRows(_file, start, tensor.Dtype, used);
        target.copy_(used.as_strided(tensor.Shape, tensor.Strides));
        return FiniteValues.All(target);
    }

    private static PickleDict ChooseStateDict(PickleDict root)
    {
        var chosen = root.TryGet("state_dict", out var value) && value is PickleDict nested ? nested : root;
        return chosen.Named.Any(item => item.Value is PickleTensor)
            ? chosen
            : throw new InvalidDataException(
                $"expected a dictionary of tensors, or one with such a 'state_dict'; found one with {Names(root)}");
    }

    private static string Names(PickleDict root) =>
        root.Count == 0 ? "nothing in it" : string.Join(", ", root.Named.Take(20).Select(
            item => item.Value is PickleUnread unread ? $"'{item.Name}' ({unread.Name}, which is not read)" : $"'{item.Name}'"));
}
