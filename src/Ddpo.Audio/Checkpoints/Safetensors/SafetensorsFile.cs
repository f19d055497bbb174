namespace Ddpo.Audio.Checkpoints.Safetensors;

/// <summary>A .safetensors file.</summary>
internal sealed class SafetensorsFile : TensorSource
{
    private readonly BinaryFile _file;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(BinaryFile file, SafetensorsHeader header)
        : base(file.Path) => (_file, _header) = (file, header);

    public override IReadOnlyDictionary<string, TensorEntry> Entries => _header.Entries;

    /// <summary>The text entries of <c>__metadata__</c>; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <exception cref="CheckpointException">The file is missing, or its header is damaged or does not fit its size.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = BinaryFile.Open(path);
        try
        {
            return new SafetensorsFile(file, SafetensorsHeader.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override void Dispose() => _file.Dispose();

    protected override bool Fill(TensorEntry entry, Tensor target) =>
        TensorFill.FromRows(_file, _header.OffsetOf(entry.Name), entry.Dtype, target);
}
