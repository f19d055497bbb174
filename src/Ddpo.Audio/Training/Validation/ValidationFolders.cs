using System.Globalization;
using Ddpo.Audio.Reports;

namespace Ddpo.Audio.Training.Validation;

/// <summary>Where a run's validation clips are.</summary>
internal static class ValidationFolders
{
    private const string Prefix = "epoch-";

    /// <summary>The folder for the clips after some epochs.</summary>
    public static string PathOf(string root, int epochs) =>
        Path.Combine(root, "validation", string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epochs:0000}"));

    /// <summary>What is there from before, up to <paramref name="epochs"/> done, in order.</summary>
    /// <remarks>A folder appears when it is complete; one that cannot be read was changed by someone, and is passed over.</remarks>
    public static IReadOnlyList<ValidationRound> Read(string root, int epochs)
    {
        var folder = Path.Combine(root, "validation");
        return !Directory.Exists(folder)
            ? []
            : [.. from path in Directory.GetDirectories(folder, Prefix + "*")
                let number = Number(Path.GetFileName(path))
                where number >= 0 && number <= epochs && path == PathOf(root, number)
                orderby number
                let round = TryRead(path, number)
                where round is not null
                select round];
    }

    private static int Number(string name) =>
        int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static ValidationRound? TryRead(string path, int epochs)
    {
        try
        {
            return new ValidationRound(epochs, path, SampleManifest.Read(Path.Combine(path, SampleManifest.FileName)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
