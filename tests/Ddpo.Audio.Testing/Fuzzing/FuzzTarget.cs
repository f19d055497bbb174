namespace Ddpo.Audio.Testing.Fuzzing;

/// <summary>A reader, the inputs to start from, and what it may do with them.</summary>
/// <param name="Name">For messages and the names of saved inputs.</param>
/// <param name="FileName">The name under which an input is written into the folder.</param>
/// <param name="Read">Reads the file; gets the folder. Either it succeeds or it throws <see cref="Refusal"/>.</param>
internal sealed record FuzzTarget(string Name, string FileName, Action<TemporaryFolder> Read)
{
    /// <summary>Sound inputs, as small as can be; at least one.</summary>
    public required IReadOnlyList<byte[]> Corpus { get; init; }

    /// <summary>Pieces of the format that random changes would hardly hit.</summary>
    public IReadOnlyList<byte[]> Words { get; init; } = [];

    /// <summary>Puts an input into its file, for instance a pickle into its zip file; by default the input is the file.</summary>
    public Func<byte[], byte[]> Wrap { get; init; } = input => input;

    /// <summary>What lies beside the file.</summary>
    public Action<TemporaryFolder> Prepare { get; init; } = _ => { };

    /// <summary>The exception by which the reader refuses a file.</summary>
    public Type Refusal { get; init; } = typeof(CheckpointException);

    /// <summary>Managed bytes that reading may allocate whatever the file's size: streams, serializers, an exception with its stack.</summary>
    public int FixedBytes { get; init; } = 512 << 10;

    /// <summary>Managed bytes that reading may allocate for each byte of the file and of what lies beside it.</summary>
    public int BytesPerByte { get; init; } = 100;

    /// <summary>Inputs in the normal test run.</summary>
    public int Iterations { get; init; } = 6000;

    /// <summary>How many times as long as others an input takes: so many fewer are tried when the environment says how many.</summary>
    public int Slowness { get; init; } = 1;

    /// <summary>The longest input that is made.</summary>
    public int MaxLength { get; init; } = 64 << 10;

    /// <summary>How long one input may take. Far more than any does on a busy machine.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);
}
