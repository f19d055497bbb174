using System.Globalization;
using System.Numerics;

namespace Ddpo.Audio.Samples;

/// <summary>Collects what is wrong with a request, by field.</summary>
internal sealed class FieldErrors
{
    private readonly List<(string Field, string Message)> _errors = [];

    /// <summary>Whether there is any.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>Adds one.</summary>
    public void Add(string field, string message) => _errors.Add((field, message));

    /// <summary>Returns the value, and adds an error if it is out of its range or not a number.</summary>
    public T Between<T>(string field, string name, T value, T least, T most)
        where T : INumber<T>
    {
        if (!(value >= least && value <= most))
        {
            Add(field, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected {least} to {most}."));
        }

        return value;
    }

    /// <summary>Returns the value, and adds an error if it is larger than a visitor may ask for.</summary>
    public int AtMost(string field, string name, int value, int most)
    {
        if (value > most)
        {
            Add(field, $"{name} is {value}; expected {most} at most.");
        }

        return value;
    }

    /// <summary>Adds an error if a prompt is empty or too long.</summary>
    public void Prompt(string field, string name, string? text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Add(field, $"{name} is empty; expected some words.");
        }
        else if (text.Length > maxLength)
        {
            Add(field, $"{name} has {text.Length} characters; expected {maxLength} at most.");
        }
    }

    /// <summary>The messages by field.</summary>
    public Dictionary<string, string[]> ToDictionary() =>
        _errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.Select(error => error.Message).ToArray());
}
