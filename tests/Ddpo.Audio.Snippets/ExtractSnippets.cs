using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Makes one C# file of the ```csharp blocks of documents, each in a namespace with its own usings and no others. A block's statements
/// become an async method, and its types, which follow the statements as in a program, members beside that method. The first block of the first document
/// is the Program.cs of a new console project, as it stands.
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

    [Required]
    public string Program { get; set; }

    public override bool Execute()
    {
        var snippets = new StringBuilder("#nullable enable\n");
        string first = null;
        foreach (var document in Documents)
        {
            var lines = File.ReadAllLines(document);
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].TrimEnd() == "```csharp")
                {
                    var block = Block(lines, i + 1);
                    first = first ?? "#line " + (i + 2) + " \"" + document + "\"\n" + string.Join("\n", block) + "\n";
                    AddSnippet(document, block, i + 1, snippets);
                    i += block.Count + 1;
                }
            }
        }

        File.WriteAllText(Output, snippets.ToString());
        File.WriteAllText(Program, first);
        return true;
    }

    private static List<string> Block(string[] lines, int first)
    {
        var block = new List<string>();
        for (var i = first; i < lines.Length && lines[i].TrimEnd() != "```"; i++)
        {
            block.Add(lines[i]);
        }

        return block;
    }

    private static void AddSnippet(string document, List<string> block, int line, StringBuilder snippets)
    {
        var (usings, body, inTypes) = (new StringBuilder(), new StringBuilder(), false);
        foreach (var text in block)
        {
            line++;
            if (Using.IsMatch(text))
            {
                usings.Append(text.Trim() + "\n");
                continue;
            }

            if (!inTypes && TypeDeclaration.IsMatch(text))
            {
                inTypes = true;
                body.Append("    }\n");
            }

            body.Append("#line " + line + " \"" + document + "\"\n" + text + "\n");
        }

        var name = Path.GetFileName(Path.GetDirectoryName(document)) + "_" + Path.GetFileNameWithoutExtension(document);
        snippets.Append("\nnamespace Snippets.In_" + Regex.Replace(name, "[^A-Za-z0-9]", "_") + "_line_" + line + "\n{\n" + usings);
        snippets.Append("internal static class Snippet\n{\n    public static async Task RunAsync(string[] args)\n    {\n" + body);
        snippets.Append("#line hidden\n" + (inTypes ? "" : "    }\n") + "}\n}\n");
    }
}
