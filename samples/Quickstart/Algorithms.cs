using Microsoft.Extensions.Configuration;

namespace Ddpo.Audio.Samples;

/// <summary>The settings with which each algorithm learns this much in so short a time: a file of <c>algorithms</c> for each.</summary>
internal static class Algorithms
{
    /// <summary>What learns most from so few samples, where the reward can be differentiated.</summary>
    public const string Best = "draft-normalized";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "algorithms");

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>The settings of one.</summary>
    public static DdpoOptions Read(string name) => Names.Contains(name, StringComparer.Ordinal)
        ? DdpoConfiguration.Bind(new ConfigurationBuilder().AddJsonFile(Path.Combine(Folder, name + ".json")).Build(), new DdpoOptions())
        : throw new ArgumentException($"There is no algorithm '{name}' here; expected one of {string.Join(", ", Names)}.");
}
