using System.Reflection;

namespace Ddpo.Audio.Samples;

/// <summary>One setting: its place in the settings file, such as <c>Training:LearningRate</c>, and what it is.</summary>
internal sealed record Setting(string Path, PropertyInfo Property)
{
    /// <summary>The type of its value, without the <see cref="Nullable{T}"/>.</summary>
    public Type Type { get; } = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Whether it is a part with settings of its own, which can be left out as a whole.</summary>
    public bool IsPart => !SettingTree.IsLeaf(Type);

    /// <summary>Whether its value is several texts: words, or prompts.</summary>
    public bool IsList => Type == typeof(string[]) || Type == typeof(IReadOnlyList<Prompt>);

    /// <summary>Reads its value out of all settings.</summary>
    public object? ValueIn(object? settings)
    {
        foreach (var name in Path.Split(':'))
        {
            settings = settings?.GetType().GetProperty(name)?.GetValue(settings);
        }

        return settings;
    }
}

/// <summary>What settings a class of settings has: its properties, and those of the classes in it.</summary>
internal static class SettingTree
{
    /// <summary>Every setting that one option of the command line can hold.</summary>
    public static IEnumerable<Setting> Leaves(Type type, string above = "")
    {
        foreach (var property in Properties(type))
        {
            var path = above + property.Name;
            if (IsLeaf(property.PropertyType) || IsOptionalPart(property))
            {
                yield return new Setting(path, property);
            }

            var isPart = !IsLeaf(property.PropertyType) && ElementOf(property.PropertyType) is null;
            foreach (var inner in isPart ? Leaves(property.PropertyType, path + ':') : [])
            {
                yield return inner;
            }
        }
    }

    /// <summary>The properties that a settings file can set: an object that the program makes, such as a logger, is none.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true }
            && (IsLeaf(property.PropertyType) || ElementOf(property.PropertyType) is not null
                || (property.PropertyType.GetConstructor([]) is not null && !property.PropertyType.IsAssignableTo(typeof(Delegate)))));

    /// <summary>What the list type holds, when those are settings with parts of their own.</summary>
    public static Type? ElementOf(Type type) => type.IsArray && !IsLeaf(type) ? type.GetElementType() : null;

    private static bool IsOptionalPart(PropertyInfo property) =>
        ElementOf(property.PropertyType) is null && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    /// <summary>Whether a value of this type has no parts with names of their own.</summary>
    public static bool IsLeaf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(string[])
            || type == typeof(IReadOnlyList<Prompt>)
            || type.IsAssignableTo(typeof(System.Collections.IDictionary));
    }
}
