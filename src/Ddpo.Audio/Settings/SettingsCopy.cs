using System.Collections;
using System.Reflection;

namespace Ddpo.Audio.Settings;

/// <summary>Copies settings with the groups, lists and dictionaries in them, so that later changes of the one do not reach the other.</summary>
internal static class SettingsCopy
{
    /// <summary>A copy of a class of settings.</summary>
    public static T Of<T>(T settings)
        where T : class => (T)Copy(settings)!;

    private static object? Copy(object? value) => value switch
    {
        Array list => CopyList(list),
        IReadOnlyList<Prompt> prompts => prompts.ToArray(),
        IDictionary words => Fill((IDictionary)Activator.CreateInstance(value.GetType())!, words),
        not null when IsGroup(value.GetType()) => CopyGroup(value),
        _ => value, // a value, a text, or a service such as a logger
    };

    private static Array CopyList(Array list)
    {
        var copy = (Array)list.Clone();
        for (var i = 0; i < copy.Length; i++)
        {
            copy.SetValue(Copy(list.GetValue(i)), i);
        }

        return copy;
    }

    private static object CopyGroup(object group)
    {
        var copy = Activator.CreateInstance(group.GetType())!;
        foreach (var property in group.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            if (property.SetMethod is { IsPublic: true })
            {
                var value = property.GetValue(group);
                property.SetValue(copy, IsService(property.PropertyType) ? value : Copy(value));
            }
            else if (property.GetValue(copy) is IDictionary entries)
            {
                Fill(entries, (IDictionary)property.GetValue(group)!);
            }
        }

        return copy;
    }

    private static IDictionary Fill(IDictionary copy, IDictionary entries)
    {
        foreach (DictionaryEntry entry in entries)
        {
            copy[entry.Key] = Copy(entry.Value);
        }

        return copy;
    }

    // Such as a logger, or who is told of progress: there is one.
    private static bool IsService(Type type) => type.IsInterface && type != typeof(IReadOnlyList<Prompt>);

    private static bool IsGroup(Type type) => type is { IsClass: true, IsSealed: true } && type.GetConstructor([]) is not null;
}
