using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Samples;

/// <summary>How a run ended.</summary>
/// <param name="Status">In a word.</param>
/// <param name="Epochs">Epochs that were done.</param>
/// <param name="Reason">Why it failed, or stopped by itself.</param>
internal sealed record RunEnding(TrainingStatus Status, int Epochs, string? Reason);

/// <summary>Remembers how the studio's runs ended: a file in each run's folder says it to the next studio.</summary>
internal sealed partial class RunEnds(IOptions<StudioOptions> options, ILogger<RunEnds> log)
{
    private const string FileName = "studio.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly ConcurrentDictionary<string, RunEnding?> _known = new(StringComparer.Ordinal);

    /// <summary>How a run ended; <see langword="null"/> when that is not known.</summary>
    public RunEnding? Of(string run) => _known.GetOrAdd(run, Read);

    /// <summary>A run goes on.</summary>
    public void Forget(string run) => _known[run] = null;

    /// <summary>A run has ended.</summary>
    public void Remember(string run, RunEnding ending)
    {
        _known[run] = ending;
        try
        {
            if (Directory.Exists(FolderOf(run))) // a run without a whole epoch leaves none
            {
                File.WriteAllText(PathOf(run), JsonSerializer.Serialize(ending, s_json));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnwritten(log, exception, run); // it may have failed for the same reason
        }
    }

    private RunEnding? Read(string run)
    {
        try
        {
            return File.Exists(PathOf(run)) ? JsonSerializer.Deserialize<RunEnding>(File.ReadAllText(PathOf(run)), s_json) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // a run of which nothing is known can be chosen all the same
        }
    }

    private string FolderOf(string run) => Path.Combine(options.Value.Runs, run);

    private string PathOf(string run) => Path.Combine(FolderOf(run), FileName);

    [LoggerMessage(13, LogLevel.Warning, "How training {Run} ended could not be written into its folder.")]
    private static partial void LogUnwritten(ILogger log, Exception exception, string run);
}
