using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Ddpo.Audio.Samples;

/// <summary>One setting: its key, such as <c>Training:LearningRate</c>, what it is, and its value when nobody sets it.</summary>
internal sealed record Setting(string Path, PropertyInfo Property, object? Default)
{
    /// <summary>The type of its value, without the <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; } = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Whether <c>true</c> and <c>false</c> turn it on and off: a switch, or a group of settings that may be absent.</summary>
    public bool IsSwitch => Type == typeof(bool) || SettingTree.IsGroup(Type);

    /// <summary>Whether its value is several texts.</summary>
    public bool IsList => Type.IsArray || Type == typeof(IReadOnlyList<Prompt>);

    /// <summary>Whether it has values by names.</summary>
    public bool IsDictionary => Type.IsAssignableTo(typeof(IDictionary));
}

/// <summary>What settings a class has: its properties, and those of the groups in it.</summary>
internal static class SettingTree
{
    /// <summary>Every setting that one option of the command line can hold.</summary>
    public static IEnumerable<Setting> Of(object defaults, string above = "")
    {
        // What has an interface as its type, such as a logger, is for code, and so is a token.
        foreach (var property in defaults.GetType().GetProperties().Where(property => property.SetMethod is { IsPublic: true } && !property.IsDefined(typeof(JsonIgnoreAttribute))
            && (!property.PropertyType.IsInterface || property.PropertyType == typeof(IReadOnlyList<Prompt>))))
        {
            var value = property.GetValue(defaults);
            var isGroup = IsGroup(property.PropertyType);
            var isPrompts = property.PropertyType == typeof(IReadOnlyList<Prompt>) && property.DeclaringType != typeof(DdpoPromptOptions);
            if (!isGroup || new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable)
            {
                yield return new Setting(above + property.Name, property, value);
            }

            // Prompts are a list, or where they come from.
            var group = isPrompts ? new DdpoPromptOptions() : isGroup ? value ?? Activator.CreateInstance(property.PropertyType) : null;
            foreach (var inner in group is null ? [] : Of(group, $"{above}{property.Name}:"))
            {
                yield return inner;
            }
        }
    }

    /// <summary>Whether a value of this type has settings of its own.</summary>
    public static bool IsGroup(Type type) =>
        type.IsClass && type != typeof(string) && !type.IsArray && !type.IsAssignableTo(typeof(IDictionary));
}
