using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Settings in the words and units of people, who do not read configuration.</summary>
internal static partial class SettingText
{
    private const int MostLines = 12;

    // What a value means that stands for something else. Null is a setting without a value.
    private static readonly Dictionary<(string Group, string Key, string? Value), string> s_meanings = new()
    {
        [("Training", "BatchSize", "0")] = "as in sampling",
        [("Draft", "GradientSteps", "0")] = "all",
        [("Draft", "MicroBatchSize", "0")] = "the whole batch",
        [("Checkpoints", "SaveSamplesEveryEpochs", "0")] = "never",
        [("Lora", "Alpha", null)] = "as the rank",
        [("Lora", "InitSeed", null)] = "by the run's seed",
        [("Validation", "NumInferenceSteps", null)] = "as in sampling",
        [("Validation", "GuidanceScale", null)] = "as in sampling",
        [("Validation", "Eta", null)] = "as in sampling",
    };

    /// <summary>Whether a setting without a value is one of several ways to say something, which was said in another one.</summary>
    public static bool SaysNothing(string group, string key) =>
        group is nameof(DdpoOptions.Prompts) or nameof(DdpoOptions.Rewards) || key is nameof(DdpoPipelineOptions.Path) or nameof(CheckpointOptions.ResumeFrom);

    /// <summary>The title of a group.</summary>
    public static string Title(string group) => group switch
    {
        "Ddpo" or "Grpo" or "Rwr" or "Awm" => group.ToUpperInvariant(),
        "Draft" => "DRaFT",
        "Nft" => "DiffusionNFT",
        "Lora" => "LoRA",
        _ => Words(group) is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : "",
    };

    /// <summary>A key in words: <c>NumInferenceSteps</c> is num inference steps.</summary>
    public static string Words(string key) => Humps().Replace(key, " ").Replace('_', ' ').ToLowerInvariant();

    /// <summary>A value, in a line or several.</summary>
    public static IReadOnlyList<string> Lines(string group, string key, JsonNode? value) =>
        s_meanings.TryGetValue((group, key, value?.ToString()), out var meaning) ? [meaning]
        : value is JsonArray { Count: > 0 } list && list.All(item => item is JsonObject) ? Several(list)
        : [Text(value, key)];

    private static List<string> Several(JsonArray list)
    {
        List<string> lines = [.. list.Take(MostLines).Select(item => item!.AsObject()).Select(item => PromptOf(item) ?? Pairs(item))];
        if (list.Count > MostLines)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"and {list.Count - MostLines} more"));
        }

        return lines;
    }

    private static string? PromptOf(JsonObject prompt)
    {
        if (prompt[nameof(Prompt.Text)] is not JsonValue text)
        {
            return null;
        }

        var facts = (prompt[nameof(Prompt.Metadata)] as JsonObject ?? []).Select(fact => $"{fact.Key} {fact.Value}")
            .Concat(prompt["Negative"] is { } negative ? [$"not: {negative}"] : []).ToList();
        return text + (facts.Count == 0 ? "" : $" ({string.Join(", ", facts)})");
    }

    private static string Pairs(JsonObject item) =>
        string.Join(", ", item.Where(part => part.Value is not null).Select(part => $"{Words(part.Key)} {Text(part.Value, part.Key)}"));

    private static string Text(JsonNode? value, string key) => value switch
    {
        null or JsonArray { Count: 0 } => "none",
        JsonArray array => string.Join(" · ", array.Select(item => Text(item, key))),
        JsonObject inner => Pairs(inner),
        JsonValue text when text.TryGetValue<string>(out var content) => Content(content),
        JsonValue flag when flag.TryGetValue<bool>(out var on) => on ? "on" : "off",
        JsonValue number => Number(number.ToJsonString()) + Unit(key),
        _ => value.ToJsonString(),
    };

    private static string Content(string text) =>
        text.Length == 0 ? "empty"
        : Duration().IsMatch(text) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? Time(time)
        : Snapshot().Match(text) is { Success: true } snapshot ? snapshot.Groups[1].Value.Replace("--", "/", StringComparison.Ordinal)
        : Hash().Replace(text, "…");

    // Exact, unlike numbers that were measured.
    private static string Time(TimeSpan time) => time.TotalMinutes < 2 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s")
        : time.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalMinutes)} min{(time.Seconds > 0 ? $" {time.Seconds} s" : "")}")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours)} h{(time.Minutes > 0 ? $" {time.Minutes} min" : "")}");

    private static string Number(string json) => Exponent().Replace(json, "e$1$2");

    private static string Unit(string key) =>
        key.EndsWith("Decibels", StringComparison.Ordinal) ? " dB" : key.EndsWith("Hertz", StringComparison.Ordinal) ? " Hz" : "";

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Humps();

    [GeneratedRegex(@"^(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?$")]
    private static partial Regex Duration();

    // Where the hub's cache has a model: .../models--owner--name/snapshots/<hash>.
    [GeneratedRegex(@"models--([^/\\]+)[/\\]snapshots[/\\][0-9a-f]{40}[/\\]?$")]
    private static partial Regex Snapshot();

    [GeneratedRegex("\\b[0-9a-fA-F]{32,}\\b")]
    private static partial Regex Hash();

    [GeneratedRegex(@"[eE]\+?(-?)0*(\d+)$")]
    private static partial Regex Exponent();
}
