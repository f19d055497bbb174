using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Settings;

/// <summary>Writes settings as <see cref="SettingsReader"/> reads them: the names of properties, durations as <c>00:00:10</c>.</summary>
internal static class SettingsJson
{
    /// <summary>
    /// All settings of a class. What has no value is there, too, so that weaker configuration does not give it one: a group that is turned off as
    /// <c>false</c>, others as null.
    /// </summary>
    public static JsonObject Of(object settings)
    {
        var json = new JsonObject();
        foreach (var property in SettingProperties.Of(settings.GetType()))
        {
            var value = property.GetValue(settings);
            json[property.Name] = value is null && SettingProperties.IsGroup(property.PropertyType) ? false : Node(value);
        }

        return json;
    }

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        string text => text,
        TimeSpan { Ticks: var ticks } when ticks % TimeSpan.TicksPerSecond != 0 => value.ToString()!.TrimEnd('0'),
        TimeSpan or Enum => value.ToString(),
        Prompt { NegativeText: null, Metadata.Count: 0, Text: var text } => text,
        Prompt prompt => Of(new PromptParts { Text = prompt.Text, Negative = prompt.NegativeText, Metadata = new(prompt.Metadata) }),
        IDictionary entries => new JsonObject(entries.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, Node(entries[key])))),
        IEnumerable list => new JsonArray([.. list.Cast<object>().Select(Node)]),
        _ when value.GetType().IsPrimitive => JsonSerializer.SerializeToNode(value, value.GetType()),
        _ => Of(value),
    };
}
