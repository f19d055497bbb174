using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ddpo.Audio.Samples;

/// <summary>What the documentation says about properties: the compiler puts it, as XML, beside each assembly.</summary>
internal static partial class Summaries
{
    private const string Accessors = "Gets or sets ";

    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> s_files = [];

    /// <summary>The property's summary as plain text, without its <c>Gets or sets</c>; empty when there is none.</summary>
    public static string Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        if (!s_files.TryGetValue(type.Assembly, out var members))
        {
            s_files[type.Assembly] = members = Read(Path.ChangeExtension(type.Assembly.Location, ".xml"));
        }

        var name = $"P:{type.FullName!.Replace('+', '.')}.{property.Name}";
        return members.TryGetValue(name, out var member) ? WithoutAccessors(Blanks().Replace(Text(member.Element("summary")), " ").Trim()) : "";
    }

    private static string WithoutAccessors(string text) =>
        text.StartsWith(Accessors, StringComparison.Ordinal) ? char.ToUpperInvariant(text[Accessors.Length]) + text[(Accessors.Length + 1)..] : text;

    private static Dictionary<string, XElement> Read(string path) => File.Exists(path)
        ? XDocument.Load(path).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value)
        : [];

    // A reference shows the last part of its name, or the keyword; everything else its text.
    private static string Text(XElement? element) => element is null ? "" : string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement inner when inner.Attribute("cref") is { } cref && inner.IsEmpty => LastName(cref.Value.Split('(')[0]),
        XElement inner when inner.Attribute("langword") is { } word => word.Value,
        XElement inner => Text(inner),
        _ => "",
    }));

    private static string LastName(string name) => name[(name.LastIndexOfAny(['.', ':']) + 1)..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
