using System.Text.Json.Nodes;

namespace Ddpo.Audio.Samples;

/// <summary>Finds names that are no settings, and what may have been meant.</summary>
internal static class UnknownSettings
{
    /// <summary>Throws when <paramref name="settings"/> has a name that <paramref name="type"/> lacks.</summary>
    public static void Check(JsonObject settings, Type type, string file, string above = "")
    {
        var properties = SettingTree.Properties(type).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            if (!properties.TryGetValue(name, out var property))
            {
                throw new SettingsException(
                    $"'{file}' has the setting {above}{name}, which does not exist. {Nearest(name, properties.Keys, above)}");
            }

            var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var parts = value switch
            {
                _ when SettingTree.IsLeaf(inner) => [],
                JsonObject part => [part],
                JsonArray list => list.OfType<JsonObject>(),
                _ => [],
            };
            foreach (var part in parts)
            {
                Check(part, SettingTree.ElementOf(inner) ?? inner, file, $"{above}{property.Name}:");
            }
        }
    }

    /// <summary>A sentence that names what is closest to <paramref name="name"/>.</summary>
    public static string Nearest(string name, IEnumerable<string> known, string above = "")
    {
        var candidates = known.ToArray();
        var best = candidates.MinBy(candidate => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()));
        return candidates.Length == 0 ? "" : $"Did you mean {above}{best}?";
    }

    /// <summary>Letters to insert, remove or change to make one text of the other (Levenshtein's distance).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
