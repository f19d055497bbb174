using System.Text.Json.Nodes;

namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>The settings, by groups.</summary>
internal static class SettingsList
{
    public static void Write(HtmlWriter html, JsonObject settings)
    {
        html.Raw("<section id=\"settings\"><h2>Settings</h2>\n<div class=\"settings\">\n");
        var single = settings.Where(setting => GroupOf(setting.Value) is null).ToList();
        if (single.Count > 0)
        {
            Group(html, "run", single);
        }

        foreach (var (name, value) in settings)
        {
            if (GroupOf(value) is { } group)
            {
                Group(html, name, group);
            }
        }

        html.Raw("</div></section>\n");
    }

    private static void Group(HtmlWriter html, string name, IEnumerable<KeyValuePair<string, JsonNode?>> values)
    {
        html.Write($"<div class=\"group\"><h3>{Words(name)}</h3><dl>\n");
        foreach (var (key, value) in values)
        {
            html.Write($"<div><dt>{Words(key)}</dt><dd>{Text(value)}</dd></div>\n");
        }

        html.Raw("</dl></div>\n");
    }

    // Of things with names, such as rewards, each is a line.
    private static IEnumerable<KeyValuePair<string, JsonNode?>>? GroupOf(JsonNode? value) => value switch
    {
        JsonObject { Count: > 0 } settings => Flat("", settings),
        JsonArray { Count: > 0 } things when things.All(thing => thing is JsonObject && thing["name"] is JsonValue) => things.Select(
            thing => new KeyValuePair<string, JsonNode?>(Text(thing!["name"]), new JsonObject(
                thing.AsObject().Where(part => part.Key != "name").Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()))))),
        _ => null,
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Flat(string path, JsonObject values) => values.SelectMany(value =>
        value.Value is JsonObject { Count: > 0 } inner ? Flat($"{path}{value.Key}: ", inner) : [new(path + value.Key, value.Value)]);

    private static string Text(JsonNode? value) => value switch
    {
        null => "none",
        JsonArray array => string.Join(" · ", array.Select(Text)),
        JsonObject inner => string.Join(", ", Flat("", inner).Select(setting => $"{Words(setting.Key)} {Text(setting.Value)}")),
        JsonValue text when text.TryGetValue<string>(out var content) => content.Length == 0 ? "empty" : content,
        JsonValue flag when flag.TryGetValue<bool>(out var on) => on ? "on" : "off",
        _ => value.ToJsonString(),
    };

    private static string Words(string name) => name.Replace('_', ' ');
}
