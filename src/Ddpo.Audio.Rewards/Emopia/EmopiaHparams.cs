using Ddpo.Audio.Checkpoints;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Ddpo.Audio.Rewards.Emopia;

/// <summary>EMOPIA_cls' <c>hparams.yaml</c>, as far as it concerns inference. The defaults are those of all its published files.</summary>
internal sealed record EmopiaHparams
{
    /// <summary>The file, beside a checkpoint.</summary>
    public const string FileName = "hparams.yaml";

    // Published files have half a thousand bytes; the parser's time grows with the square of a nested file's length.
    private const int MaxFileLength = 32 << 10;
    private const int DefaultSampleRate = 22050;
    private const double DefaultChunkSeconds = 3;

    /// <summary>Frames per second that the network hears.</summary>
    public int SampleRate { get; init; } = DefaultSampleRate;

    /// <summary>Seconds that it hears at once.</summary>
    public double ChunkSeconds { get; init; } = DefaultChunkSeconds;

    /// <summary>What the outputs stand for; empty when unknown.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Samples that the network hears at once.</summary>
    public int ChunkSamples => (int)(SampleRate * ChunkSeconds);

    /// <summary>Reads the file; the defaults when there is none.</summary>
    /// <exception cref="CheckpointException">The file is not YAML, or a value is of another type or out of range.</exception>
    public static EmopiaHparams Read(string path)
    {
        if (!File.Exists(path))
        {
            return new();
        }

        Document document;
        try
        {
            using var reader = File.OpenText(path);
            if (reader.BaseStream.Length > MaxFileLength)
            {
                throw new CheckpointException(
                    $"'{path}' of {reader.BaseStream.Length} bytes is not an hparams.yaml of EMOPIA_cls: expected {MaxFileLength} at most.");
            }

            document = new DeserializerBuilder()
                .WithNamingConvention(UnderscoredNamingConvention.Instance)
                .IgnoreUnmatchedProperties()
                .Build()
                .Deserialize<Document>(reader) ?? new();
        }
        catch (YamlException exception)
        {
            throw new CheckpointException($"'{path}' is not an hparams.yaml of EMOPIA_cls: {exception.Message}", exception);
        }

        var hparams = new EmopiaHparams
        {
            SampleRate = document.Wav?.Sr ?? DefaultSampleRate,
            ChunkSeconds = document.Wav?.InputLength ?? DefaultChunkSeconds,
            Labels = document.Task?.Labels?.Select(label => label ?? "").ToList() ?? [],
        };
        hparams.Validate(path);
        return hparams;
    }

    private void Validate(string path)
    {
        if (SampleRate is < 1 or > 768_000 || ChunkSeconds is not (> 0 and <= 600))
        {
            throw new CheckpointException(
                $"Expected sr from 1 to 768000 and input_length up to 600 seconds in '{path}', found {SampleRate} and {ChunkSeconds}.");
        }
    }

    // The file's layout. YamlDotNet sets properties after construction; any may be null in the file.
    private sealed class Document
    {
        public TaskSection? Task { get; set; }

        public WavSection? Wav { get; set; }
    }

    private sealed class TaskSection
    {
        public List<string?>? Labels { get; set; }
    }

    private sealed class WavSection
    {
        public int Sr { get; set; } = DefaultSampleRate;

        public double InputLength { get; set; } = DefaultChunkSeconds;
    }
}
