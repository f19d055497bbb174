using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Hosting;

/// <summary>
/// Reads configuration into options. The platform's own binder stops at the first value that it cannot read and is silent about keys
/// that nothing reads; of a run that takes a night, all that is wrong has to be said before it starts.
/// </summary>
/// <param name="failures">Gets a line for each such key.</param>
internal sealed class SettingsBinder(ICollection<string> failures)
{
    /// <summary>Sets the property of each section's name, in the first of <paramref name="targets"/> that has one.</summary>
    public void Bind(IEnumerable<IConfigurationSection> sections, params IReadOnlyList<object> targets)
    {
        foreach (var section in sections)
        {
            var target = targets.FirstOrDefault(candidate => PropertyOf(candidate, section.Key) is not null);
            if (target is null)
            {
                var known = targets.SelectMany(candidate => candidate.GetType().GetProperties())
                    .Where(property => IsSetting(property) || property.Name == nameof(DdpoOptions.Rewards)).Select(property => property.Name);
                failures.Add($"{section.Path}: There is no such setting; known here are {string.Join(", ", known.Distinct())}.");
                continue;
            }

            try
            {
                var property = PropertyOf(target, section.Key)!;
                property.SetValue(target, Read(section, property, property.GetValue(target)));
            }
            catch (FormatException exception)
            {
                failures.Add($"{section.Path}: {exception.Message}");
            }
        }
    }

    private object? Read(IConfigurationSection section, PropertyInfo property, object? current)
    {
        var type = property.PropertyType;
        return type == typeof(string) || type.IsValueType ? ReadValue(section, type)
            : type == typeof(string[]) ? ReadList(section)
            : type == typeof(IReadOnlyList<Prompt>) ? Array.ConvertAll(ReadList(section), text => new Prompt(text))
            : type == typeof(Dictionary<string, string[]>) ? section.GetChildren().ToDictionary(child => child.Key, ReadList)
            : ReadSection(section, property, current);
    }

    /// <summary>A group of settings; <c>false</c> turns off one that may be absent.</summary>
    private object? ReadSection(IConfigurationSection section, PropertyInfo property, object? current)
    {
        var children = section.GetChildren().ToList();
        var isOptional = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        bool? isOn = isOptional && bool.TryParse(section.Value, out var value) ? value : null;
        if (isOn is null && (!string.IsNullOrEmpty(section.Value) || (isOptional && children.Count == 0)))
        {
            // JSON's null and {} come as the same: too different to guess.
            throw new FormatException(
                $"Expected settings{(isOptional ? ", true for their defaults, or false for none" : "")}; found '{section.Value}'.");
        }

        if (isOn == false)
        {
            return null;
        }

        var bound = current ?? Activator.CreateInstance(property.PropertyType)!;
        Bind(children, bound);
        return bound;
    }

    private static string[] ReadList(IConfigurationSection section) => string.IsNullOrEmpty(section.Value)
        ? [.. section.GetChildren().Select(child => (string?)ReadValue(child, typeof(string)) ?? "")]
        : throw new FormatException($"Expected a list, found '{section.Value}'.");

    private static object? ReadValue(IConfigurationSection section, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (section.GetChildren().Any())
        {
            throw new FormatException($"Expected {Kind(plain)}, found further keys.");
        }

        if (section.Value is not { } text || (text.Length == 0 && plain != type))
        {
            return plain != type || type == typeof(string) ? null : throw new FormatException($"Expected {Kind(plain)}, found nothing.");
        }

        if (plain == typeof(TimeSpan) && !text.Contains(':', StringComparison.Ordinal))
        {
            throw new FormatException($"Expected {Kind(plain)}, found '{text}', which would be days.");
        }

        try
        {
            return TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(text);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new FormatException($"Expected {Kind(plain)}, found '{text}'.", exception);
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : type == typeof(TimeSpan) ? "hours, minutes and seconds, as 00:00:10"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type == typeof(ulong) ? "a whole number from 0 up"
        : "a whole number";

    private static PropertyInfo? PropertyOf(object target, string key) =>
        target.GetType().GetProperties().FirstOrDefault(
            property => IsSetting(property) && string.Equals(property.Name, key, StringComparison.OrdinalIgnoreCase));

    // A reward's name is the key of its section; what configuration cannot hold, such as an ILoggerFactory, is for code.
    private static bool IsSetting(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true }
        && (!property.PropertyType.IsInterface || property.PropertyType == typeof(IReadOnlyList<Prompt>))
        && property.Name != nameof(IRewardFunction.Name);
}
