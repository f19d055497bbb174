using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Makes one C# file of the ```csharp blocks of documents. Usings go to the top, where they serve all blocks; a block's statements
/// become an async method, and its types, which follow the statements as in a program, members beside that method.
/// </summary>
public class ExtractSnippets : Task
{
    private static readonly Regex Using = new Regex(@"^(global )?using [A-Za-z.= ]+;");
    private static readonly Regex TypeDeclaration =
        new Regex(@"^((public|internal|file|sealed|static|abstract|partial|readonly) )*(class|record|struct|interface|enum) ");

    [Required]
    public string[] Documents { get; set; }

    [Required]
    public string Output { get; set; }

    public override bool Execute()
    {
        var usings = new SortedSet<string>();
        var classes = new StringBuilder();
        foreach (var document in Documents)
        {
            var lines = File.ReadAllLines(document);
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].TrimEnd() == "```csharp")
                {
                    i = AddSnippet(document, lines, i + 1, usings, classes);
                }
            }
        }

        File.WriteAllText(Output, "#nullable enable\n" + string.Join("\n", usings) + "\n\nnamespace ReadmeSnippets;\n\n" + classes);
        return true;
    }

    private int AddSnippet(string document, string[] lines, int first, SortedSet<string> usings, StringBuilder classes)
    {
        classes.Append("internal static class " + Regex.Replace(Path.GetFileNameWithoutExtension(document), "[^A-Za-z0-9]", "_") + "_line_" + first + "\n{\n");
        classes.Append("    public static async Task RunAsync(string[] args, CancellationToken cancellationToken)\n    {\n");
        var inTypes = false;
        var end = first;
        for (; end < lines.Length && lines[end].TrimEnd() != "```"; end++)
        {
            var line = lines[end];
            if (Using.IsMatch(line))
            {
                usings.Add(line.Trim());
                continue;
            }

            if (!inTypes && TypeDeclaration.IsMatch(line))
            {
                inTypes = true;
                classes.Append("    }\n");
            }

            classes.Append("#line " + (end + 1) + " \"" + document + "\"\n" + line + "\n");
        }

        classes.Append("#line hidden\n" + (inTypes ? "" : "    }\n") + "}\n\n");
        return end;
    }
}
