using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Ddpo.Audio.Settings;

/// <summary>Which properties of a class are settings: the same for reading configuration and for writing a run's <c>settings.json</c>.</summary>
internal static class SettingProperties
{
    /// <summary>The settings of a class. What configuration cannot hold, such as an <c>ILoggerFactory</c>, or should not, such as a token, is for code.</summary>
    public static IEnumerable<PropertyInfo> Of(Type type) => type.GetProperties().Where(
        property => property.GetIndexParameters().Length == 0
            && !property.IsDefined(typeof(JsonIgnoreAttribute))
            && (property.SetMethod is { IsPublic: true } ? IsSetting(property.PropertyType) : IsEntries(property.PropertyType)));

    /// <summary>Whether it is a class with settings of its own.</summary>
    public static bool IsGroup(Type type) => type.IsClass && type != typeof(string) && !type.IsArray && !type.IsAssignableTo(typeof(Delegate))
        && !type.IsAssignableTo(typeof(IDictionary)) && type.GetConstructor([]) is not null;

    /// <summary>Whether it has groups of settings by names.</summary>
    public static bool IsEntries(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) && IsGroup(type.GetGenericArguments()[1]);

    /// <summary>What a dictionary's values are; <see langword="null"/> for all that is none.</summary>
    public static Type? ValueOf(Type type) => type.IsGenericType && type.IsAssignableTo(typeof(IDictionary)) ? type.GetGenericArguments()[1] : null;

    private static bool IsSetting(Type type) =>
        type.IsValueType || type == typeof(string) || type.IsArray || type == typeof(IReadOnlyList<Prompt>) || ValueOf(type) is not null || IsGroup(type);
}
