using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Settings;

/// <summary>
/// Reads configuration into options. The platform's own binder stops at the first value that it cannot read and is silent about keys
/// that nothing reads; of a run that takes a night, all that is wrong has to be said before it starts.
/// </summary>
/// <param name="failures">Gets a line for each such key.</param>
internal sealed class SettingsReader(ICollection<string> failures)
{
    /// <summary>Makes more settings that an entry of a dictionary has beside its own: those of a reward's model, by the reward's name.</summary>
    public Func<string, object?> Beside { get; init; } = _ => null;

    /// <summary>Sets the property of each key, in the first of <paramref name="targets"/> that has one.</summary>
    public void Read(IConfiguration section, params IReadOnlyList<object> targets)
    {
        // What is beside an entry is named by the entry's key.
        (object Target, PropertyInfo Property)[] known =
        [
            .. targets.SelectMany((target, i) => SettingProperties.Of(target.GetType())
                .Where(property => i == 0 || property.Name != nameof(IRewardFunction.Name)).Select(property => (target, property))),
        ];
        foreach (var child in section.GetChildren())
        {
            var found = known.FirstOrDefault(setting => string.Equals(setting.Property.Name, child.Key, StringComparison.OrdinalIgnoreCase));
            if (found.Property is null)
            {
                failures.Add($"{child.Path}: There is no such setting{Hint(child, [.. known.Select(setting => setting.Property.Name).Distinct()])}");
                continue;
            }

            try
            {
                ReadProperty(child, found.Property, found.Target);
            }
            catch (UnreadableSettingException exception)
            {
                failures.Add($"{exception.Key}: {exception.Message}");
            }
        }
    }

    private void ReadProperty(IConfigurationSection section, PropertyInfo property, object target)
    {
        var current = property.GetValue(target);
        if (SettingProperties.IsEntries(property.PropertyType))
        {
            ReadEntries(section, (IDictionary)current!, property.PropertyType.GetGenericArguments()[1]);
            return;
        }

        var isOptional = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        property.SetValue(target, SettingProperties.IsGroup(property.PropertyType)
            ? ReadGroup(section, property.PropertyType, isOptional, current)
            : isOptional && section.Value is null && !section.GetChildren().Any() ? null : ReadAny(section, property.PropertyType));
    }

    /// <summary>Groups by their names; <c>false</c> leaves one out.</summary>
    private void ReadEntries(IConfigurationSection section, IDictionary entries, Type type)
    {
        foreach (var child in section.GetChildren().Where(child => !IsOff(child)))
        {
            if (!string.IsNullOrEmpty(child.Value) && !bool.TryParse(child.Value, out _))
            {
                throw new UnreadableSettingException(child, "settings, true for their defaults, or false for none");
            }

            var entry = entries[child.Key] ??= Activator.CreateInstance(type)!;
            Read(child, Beside(child.Key) is { } more ? [entry, more] : [entry]);
        }
    }

    /// <summary>Whether a group is turned off.</summary>
    public static bool IsOff(IConfigurationSection section) => bool.TryParse(section.Value, out var isOn) && !isOn;

    /// <summary>A group of settings; <c>false</c> turns off one that may be absent.</summary>
    private object? ReadGroup(IConfigurationSection section, Type type, bool isOptional, object? current)
    {
        var isSwitch = isOptional && bool.TryParse(section.Value, out _);
        if (!isSwitch && (!string.IsNullOrEmpty(section.Value) || (isOptional && !section.GetChildren().Any())))
        {
            // JSON's null and {} come as the same: too different to guess.
            throw new UnreadableSettingException(
                section, $"settings{(isOptional ? ", true for their defaults, or false for none" : "")}", string.IsNullOrEmpty(section.Value) ? "; found null or {}" : $"; found '{section.Value}'");
        }

        return isOptional && IsOff(section) ? null : ReadInto(section, current ?? Activator.CreateInstance(type)!);
    }

    private object? ReadAny(IConfigurationSection section, Type type) =>
        type == typeof(IReadOnlyList<Prompt>) ? ReadPrompts(section)
        : type == typeof(Prompt) ? ReadPrompt(section)
        : type.IsArray ? ReadList(section, type.GetElementType()!)
        : SettingProperties.ValueOf(type) is { } valueType ? ReadWords(section, (IDictionary)Activator.CreateInstance(type)!, valueType)
        : SettingProperties.IsGroup(type) ? ReadInto(section, Activator.CreateInstance(type)!)
        : SettingText.Read(section, type);

    private object ReadInto(IConfigurationSection section, object settings)
    {
        Read(section, settings);
        return settings;
    }

    private Array ReadList(IConfigurationSection section, Type type)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            throw new UnreadableSettingException(section, "a list");
        }

        object?[] items = [.. section.GetChildren().Select(child => ReadItem(child, type))];
        var list = Array.CreateInstance(type, items.Length);
        items.CopyTo(list, 0);
        return list;
    }

    // What is listed or named is there: nothing that reads it expects null.
    private object ReadItem(IConfigurationSection section, Type type) =>
        ReadAny(section, type) ?? throw new UnreadableSettingException(section, "a text", ", found null");

    private IDictionary ReadWords(IConfigurationSection section, IDictionary words, Type type)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            throw new UnreadableSettingException(section, "keys of any name with values");
        }

        foreach (var child in section.GetChildren())
        {
            words[child.Key] = ReadItem(child, type);
        }

        return words;
    }

    /// <summary>Prompts as a list, or where they come from, as in <see cref="DdpoOptions.Prompts"/>.</summary>
    private IReadOnlyList<Prompt> ReadPrompts(IConfigurationSection section)
    {
        if (section.GetChildren().All(child => int.TryParse(child.Key, out _)))
        {
            return (Prompt[])ReadList(section, typeof(Prompt));
        }

        var (source, before) = (new DdpoPromptOptions(), failures.Count);
        Read(section, source);
        if (failures.Count > before)
        {
            return []; // what it would say follows from what was said
        }

        var found = source.Check(section.Path, isNeeded: true).ToList();
        found.ForEach(failure => failures.Add($"{failure.Settings[0]}: {failure.Message}"));
        return found.Count > 0 ? [] : source.ToSource().AllPrompts!;
    }

    private Prompt ReadPrompt(IConfigurationSection section)
    {
        if (!section.GetChildren().Any())
        {
            return new Prompt(section.Value ?? throw new UnreadableSettingException(section, "a text, or Text with Negative and Metadata"));
        }

        var parts = (PromptParts)ReadInto(section, new PromptParts());
        return new Prompt(parts.Text ?? "") { NegativeText = parts.Negative, Metadata = parts.Metadata };
    }

    private static string Hint(IConfigurationSection section, IReadOnlyList<string> known) => NearestName.Of(section.Key, known) is { } near
        ? $". Did you mean {section.Path[..^section.Key.Length]}{near}?"
        : $"; known here are {string.Join(", ", known)}.";
}
