using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Ddpo.Audio.Settings;

/// <summary>Checks settings by the data annotations of their properties, for code and configuration alike.</summary>
/// <remarks>
/// The platform's messages name neither the value that was found nor a key of configuration, and its limits read "between 1 and
/// 2147483647". An annotation's <see cref="ValidationAttribute.ErrorMessage"/> says here what was expected, and why.
/// </remarks>
internal static class SettingAnnotations
{
    /// <summary>All that is wrong, also in the groups of settings that are marked by <see cref="ValidateObjectMembersAttribute"/>.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="group">Their key in configuration, such as <c>Sampling</c>; empty for those at the top.</param>
    public static IEnumerable<SettingFailure> Check(object settings, string group)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            var key = group.Length == 0 ? property.Name : $"{group}:{property.Name}";
            var value = property.GetValue(settings);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                yield return new($"{property.Name} is {Text(value)}; {rule.ErrorMessage ?? Expected(rule, property, value)}", key);
            }

            if (value is not null && property.IsDefined(typeof(ValidateObjectMembersAttribute)))
            {
                var inner = value is DdpoPromptOptions prompts ? prompts.Check(key, isNeeded: property.IsDefined(typeof(RequiredAttribute))) : Check(value, key);
                foreach (var failure in inner)
                {
                    yield return failure;
                }
            }
        }
    }

    /// <exception cref="ArgumentException">Something is wrong; the message says all that is.</exception>
    public static void ThrowIfWrong(object settings)
    {
        if (string.Join(' ', Check(settings, "").Select(failure => failure.Message)) is { Length: > 0 } failures)
        {
            throw new ArgumentException(failures);
        }
    }

    private static string Expected(ValidationAttribute rule, PropertyInfo property, object? value) => rule switch
    {
        RangeAttribute range => $"expected {Limits(range, value)}.",
        EnumDataTypeAttribute { EnumType: var type } => $"expected {string.Join(", ", Enum.GetNames(type))}.",
        RequiredAttribute => "expected a value.",
        _ => rule.FormatErrorMessage(property.Name),
    };

    private static string Limits(RangeAttribute range, object? value)
    {
        var least = $"{(range.MinimumIsExclusive ? "more than" : "at least")} {Text(range.Minimum)}";
        return range.Maximum is int.MaxValue or double.MaxValue || (range.Maximum is (double)float.MaxValue && value is not > (double)float.MaxValue)
            ? least
            : $"{least} and {(range.MaximumIsExclusive ? "less than" : "at most")} {Text(range.Maximum)}";
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        "" => "empty",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
