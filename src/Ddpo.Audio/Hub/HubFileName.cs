namespace Ddpo.Audio.Hub;

/// <summary>Names of files in a model, which are the hub's to say and may lead nowhere else.</summary>
internal static class HubFileName
{
    /// <summary>Whether a name stays in the model's folder on every system.</summary>
    public static bool IsSafe(string name) => name.Length is > 0 and <= 1024 && name.Split('/').All(part =>
        part is not ("" or "." or "..") && !part.Any(letter => letter is '\\' or ':' || char.IsControl(letter)) && part[^1] is not (' ' or '.'));

    /// <exception cref="HubException">The name leads out of the folder, or no file can have it.</exception>
    public static string Check(string name, string repository) => IsSafe(name) ? name : throw new HubException(
        HubFailure.BadAnswer, $"The hub lists a file of '{repository}' whose name is not safe, '{Printable(name)}'. Nothing of this model is downloaded.");

    /// <summary>Text from elsewhere as it may be shown: a line of sensible length.</summary>
    public static string Printable(string text) => string.Concat(text.Take(300).Select(letter => char.IsControl(letter) ? '?' : letter));
}
