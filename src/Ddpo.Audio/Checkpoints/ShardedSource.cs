namespace Ddpo.Audio.Checkpoints;

/// <summary>A set of weight files with an index (<c>*.safetensors.index.json</c>, <c>*.bin.index.json</c>), as one source.</summary>
internal sealed class ShardedSource : TensorSource
{
    private readonly List<ITensorSource> _shards;
    private readonly Dictionary<string, ITensorSource> _owners = [];
    private readonly OrderedDictionary<string, TensorEntry> _entries = [];

    private ShardedSource(string path, List<ITensorSource> shards)
        : base(path)
    {
        _shards = shards;
        foreach (var shard in shards)
        {
            foreach (var entry in shard.Entries.Values)
            {
                if (!_owners.TryAdd(entry.Name, shard))
                {
                    throw new CheckpointException($"'{entry.Name}' is in both '{_owners[entry.Name].Location}' and '{shard.Location}'.");
                }

                _entries.Add(entry.Name, entry);
            }
        }
    }

    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>Opens every file that the index names, all in the index's own folder.</summary>
    /// <exception cref="CheckpointException">The index or one of its files is missing or damaged, or they disagree.</exception>
    public static ShardedSource Open(string path)
    {
        var map = ReadMap(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var shards = new List<ITensorSource>();
        try
        {
            foreach (var file in map.Values.Distinct().Order(StringComparer.Ordinal))
            {
                shards.Add(CheckpointFile.OpenShard(Path.Combine(folder, file)));
            }

            var source = new ShardedSource(path, shards);
            var lost = map.Keys.Where(name => !source.Entries.ContainsKey(name)).ToList();
            return lost.Count == 0
                ? source
                : throw new CheckpointException($"'{path}' lists tensors that its files do not have: {string.Join(", ", lost)}.");
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    /// <summary>Whether a file is an index, by its name.</summary>
    public static bool IsIndex(string path) =>
        path.EndsWith(".json", StringComparison.Ordinal) && Path.GetFileName(path).Contains(".index.", StringComparison.Ordinal);

    /// <summary>The files that an index names, all in its own folder.</summary>
    /// <exception cref="CheckpointException">The index is missing or damaged.</exception>
    public static IEnumerable<string> FilesOf(string path) => ReadMap(path).Values.Distinct();

    public override void Dispose() => _shards.ForEach(shard => shard.Dispose());

    protected override bool Fill(TensorEntry entry, Tensor target) => _owners[entry.Name].CopyTo(entry.Name, target);

    private static Dictionary<string, string> ReadMap(string path)
    {
        var index = CheckpointJson.Read<Index>(path);
        if (index.WeightMap is not { Count: > 0 } map)
        {
            throw new CheckpointException($"'{path}' has no weight_map, so it is not an index of weight files.");
        }

        // A name with a folder in it could lead anywhere.
        foreach (var (name, file) in map)
        {
            if (file is null or "" or "." or ".." || file.AsSpan().ContainsAny("/\\:\0"))
            {
                throw new CheckpointException($"'{path}' has '{name}' in the file '{file}'; only files in its own folder are allowed.");
            }
        }

        return map.ToDictionary(pair => pair.Key, pair => pair.Value!);
    }

    // The values of a dictionary are not checked for null when it is read.
    private sealed record Index(Dictionary<string, string?>? WeightMap);
}
