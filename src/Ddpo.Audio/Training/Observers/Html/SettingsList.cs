using System.Text.Json.Nodes;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>The settings, by groups; the groups of other algorithms than the run's are left out.</summary>
internal static class SettingsList
{
    public static void Write(HtmlWriter html, JsonObject settings)
    {
        html.Raw("<section id=\"settings\"><h2>Settings</h2>\n<div class=\"settings\">\n");
        var single = settings.Where(setting => GroupOf("", setting.Value) is null).ToList();
        if (single.Count > 0)
        {
            Group(html, "", "run", single);
        }

        foreach (var (name, value) in settings)
        {
            if (!IsOfAnother(name, settings) && GroupOf(name, value) is { } group)
            {
                Group(html, name, SettingText.Title(name), group);
            }
        }

        html.Raw("</div></section>\n");
    }

    private static void Group(HtmlWriter html, string name, string title, IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        html.Write($"<div class=\"group\"><h3>{title}</h3><dl>\n");
        foreach (var (key, value) in values)
        {
            var lines = SettingText.Lines(name, key, value);
            html.Raw(lines.Count > 1 ? "<div class=\"long\">" : "<div>");
            html.Write($"<dt>{SettingText.Words(key)}</dt><dd>");
            foreach (var line in lines)
            {
                html.Write($"<bdi>{line}</bdi>");
            }

            html.Raw("</dd></div>\n");
        }

        html.Raw("</dl></div>\n");
    }

    private static bool IsOfAnother(string name, JsonObject settings) => settings[nameof(DdpoOptions.Algorithm)] is { } algorithm
        && Enum.TryParse<TrainingAlgorithm>(name, ignoreCase: true, out _) && !name.Equals(algorithm.ToString(), StringComparison.OrdinalIgnoreCase);

    // Of things with names, such as rewards, each is a line.
    private static IEnumerable<KeyValuePair<string, JsonNode?>>? GroupOf(string group, JsonNode? value) => value switch
    {
        JsonObject { Count: > 0 } settings => Flat("", settings).Where(setting => setting.Value is not null || !SettingText.SaysNothing(group, setting.Key)),
        JsonArray { Count: > 0 } things when things.All(thing => thing is JsonObject && thing["name"] is JsonValue) => things.Select(
            thing => new KeyValuePair<string, JsonNode?>(thing!["name"]!.ToString(), new JsonObject(
                thing.AsObject().Where(part => part.Key != "name").Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()))))),
        _ => null,
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Flat(string path, JsonObject values) => values.SelectMany(value =>
        value.Value is JsonObject { Count: > 0 } inner ? Flat($"{path}{value.Key}: ", inner) : [new(path + value.Key, value.Value)]);
}
