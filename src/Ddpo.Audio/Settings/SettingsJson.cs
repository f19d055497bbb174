using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ddpo.Audio.Settings;

/// <summary>Writes settings as <see cref="SettingsReader"/> reads them: the names of properties, durations as <c>00:00:10</c>.</summary>
internal static class SettingsJson
{
    /// <summary>All settings of a class. A group that is turned off is <c>false</c>.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="withNulls">Whether other settings without a value are there, too. They are not for reading: a list would be empty, not absent.</param>
    public static JsonObject Of(object settings, bool withNulls = false)
    {
        var json = new JsonObject();
        foreach (var property in SettingProperties.Of(settings.GetType()))
        {
            var value = property.GetValue(settings);
            var isOff = value is null && SettingProperties.IsGroup(property.PropertyType);
            if (value is not null || isOff || withNulls)
            {
                json[property.Name] = isOff ? false : Node(value, withNulls);
            }
        }

        return json;
    }

    private static JsonNode? Node(object? value, bool withNulls) => value switch
    {
        null => null,
        string text => text,
        TimeSpan { Ticks: var ticks } when ticks % TimeSpan.TicksPerSecond != 0 => value.ToString()!.TrimEnd('0'),
        TimeSpan or Enum => value.ToString(),
        Prompt { NegativeText: null, Metadata.Count: 0, Text: var text } => text,
        Prompt prompt => Of(new PromptParts { Text = prompt.Text, Negative = prompt.NegativeText, Metadata = new(prompt.Metadata) }),
        IDictionary entries => new JsonObject(entries.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, Node(entries[key], withNulls)))),
        IEnumerable list => new JsonArray([.. list.Cast<object>().Select(item => Node(item, withNulls))]),
        _ when value.GetType().IsPrimitive => JsonSerializer.SerializeToNode(value, value.GetType()),
        _ => Of(value, withNulls),
    };
}
