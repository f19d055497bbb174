using System.Text.Json;
using Ddpo.Audio.Checkpoints;
using Ddpo.Audio.Training.Observers;

namespace Ddpo.Audio.Training.Session.Validation;

/// <summary>Where a run's validation clips are, and what they got.</summary>
internal static class ValidationFolders
{
    private const string Name = "validation", RoundName = "round.json";

    /// <summary>The folder for the clips after some epochs.</summary>
    public static string PathOf(string root, int epochs) => new EpochFolders(Path.Combine(root, Name))[epochs];

    /// <summary>Writes what the clips got beside them.</summary>
    public static void Write(string folder, ValidationRound round, ValidationScores scores) =>
        AtomicFile.Write(Path.Combine(folder, RoundName), stream => RunJson.Write(stream, new RoundFile(round, scores)));

    /// <summary>What is there from before, up to <paramref name="epochs"/> done, in order.</summary>
    /// <remarks>A folder appears when it is complete; one that cannot be read was changed by someone, and is passed over.</remarks>
    public static IReadOnlyList<(ValidationRound Round, ValidationScores Scores)> Read(string root, int epochs) =>
    [
        .. new EpochFolders(Path.Combine(root, Name)).All
            .Where(entry => entry.Epochs <= epochs && entry.Folder == PathOf(root, entry.Epochs))
            .Select(entry => TryRead(entry.Folder))
            .OfType<(ValidationRound, ValidationScores)>()
            .Reverse(),
    ];

    private static (ValidationRound, ValidationScores)? TryRead(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<RoundFile>(File.ReadAllBytes(Path.Combine(path, RoundName)), RunJson.Lines)!;
            return (file.Round with { Folder = path, Samples = SampleManifest.Read(Path.Combine(path, SampleManifest.FileName)) }, file.Scores);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return null;
        }
    }

    private sealed record RoundFile(ValidationRound Round, ValidationScores Scores);
}
