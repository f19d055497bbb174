using System.Text.Json.Nodes;

namespace Ddpo.Audio.Reports.Html;

/// <summary>The settings, by groups.</summary>
internal static class SettingsList
{
    public static void Write(HtmlWriter html, JsonObject settings)
    {
        html.Raw("<section id=\"settings\"><h2>Settings</h2>\n<div class=\"settings\">\n");
        var single = settings.Where(setting => setting.Value is not JsonObject).ToList();
        if (single.Count > 0)
        {
            Group(html, "run", single);
        }

        foreach (var (name, group) in settings)
        {
            if (group is JsonObject values)
            {
                Group(html, name, Flat("", values));
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
