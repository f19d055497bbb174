using System.Text.Json;
using System.Text.Json.Serialization;
using Ddpo.Audio.Checkpoints;

namespace Ddpo.Audio.Schedulers;

/// <summary>Reads <c>scheduler_config.json</c> of a scheduler's folder; names and choices are in snake case.</summary>
internal static class SchedulerFile
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new FiniteDoubles(), new FiniteSingles(),
        },
    };

    /// <summary>Reads the file as settings of one kind.</summary>
    /// <param name="folder">The scheduler's.</param>
    /// <param name="validate">Throws <see cref="InvalidDataException"/> when a value is out of range.</param>
    /// <exception cref="CheckpointException">It is missing, or has a value that is unknown or out of range.</exception>
    public static T Read<T>(string folder, Action<T> validate)
    {
        var path = Path.Combine(folder, "scheduler_config.json");
        try
        {
            var config = JsonSerializer.Deserialize<T>(PythonNumbers.Quote(File.ReadAllBytes(path)).Span, s_options)
                ?? throw new InvalidDataException("expected a JSON object, found null");
            validate(config);
            return config;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(
                $"The scheduler's settings '{path}' are missing. Check the path, and that the model was downloaded completely.", exception);
        }
        catch (JsonException exception)
        {
            throw new CheckpointException(
                $"The scheduler's settings '{path}' cannot be used: {Explain(exception)}. Correct the file or download it again.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new CheckpointException(
                $"The scheduler's settings '{path}' cannot be used: {exception.Message}. Correct the file or download it again.", exception);
        }
    }

    /// <summary>Refuses a value: what was expected of which key, and what was found.</summary>
    /// <exception cref="InvalidDataException">It does not hold.</exception>
    public static void Require(bool holds, string name, string expected, object? found)
    {
        if (!holds)
        {
            throw new InvalidDataException(FormattableString.Invariant($"expected {name} to be {expected}, found {found}"));
        }
    }

    private static string Explain(JsonException exception)
    {
        var choices = exception.Path switch
        {
            "$.beta_schedule" => Names<BetaSchedule>(),
            "$.prediction_type" => Names<PredictionType>(),
            "$.timestep_spacing" => Names<TimestepSpacing>(),
            "$.solver_type" => Names<DpmSolverType>(),
            "$.final_sigmas_type" => Names<DpmFinalSigma>(),
            _ => null,
        };
        return choices is null ? exception.Message : $"{exception.Path![2..]} is not one of {choices}";
    }

    private static string Names<T>()
        where T : struct, Enum =>
        string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
}
