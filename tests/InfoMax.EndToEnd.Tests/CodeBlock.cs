using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace InfoMax.EndToEnd.Tests;

/// <summary>
/// A block of C# code of a page. A block that begins with a using directive is a whole program. One that declares a type is compiled as it
/// is. Any other is the body of a method, which sees the variables of <see cref="DocumentationContext"/>.
/// </summary>
internal sealed partial class CodeBlock(string page, int number, string code)
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    private static readonly string[] Assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. Assemblies.Select(path => MetadataReference.CreateFromFile(path))]);

    /// <summary>The namespaces of the library and of TorchSharp, which blocks that are no program may use.</summary>
    private static readonly Lazy<string> AllUsings = new(() =>
        string.Concat(Assemblies.Where(path => Library().IsMatch(Path.GetFileName(path)))
            .SelectMany(path => Assembly.LoadFrom(path).GetExportedTypes()).Select(type => type.Namespace!).Distinct()
            .Select(name => $"global using {name};\n")) + "global using TorchSharp;\nglobal using static TorchSharp.torch;\n");

    public string Page => page;

    public string Code => code;

    /// <summary>Whether the block is a whole program.</summary>
    public bool IsProgram => Directive().IsMatch(code);

    public override string ToString() => $"{page}, block {number}";

    /// <summary>The blocks of a page of the repository.</summary>
    public static IEnumerable<CodeBlock> Of(string page) =>
        Fenced().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n"))
            .Select((match, i) => new CodeBlock(page, i + 1, Unindented(match)));

    /// <summary>Compiles the block; throws with the compiler's errors if it does not compile.</summary>
    public Assembly Compile(Func<string, string>? change = null)
    {
        string text = change?.Invoke(code) ?? code;
        bool program = IsProgram, type = TypeDeclaration().IsMatch(text);
        string source = program || type ? text : $$"""
            public static class Block
            {
                public static async Task Run()
                {
            {{text}}
                    await Task.CompletedTask;
                }
            }
            """;
        string usings = program ? ImplicitUsings
            : $"{ImplicitUsings}{AllUsings.Value}global using Microsoft.Extensions.Logging;\nglobal using static DocumentationContext;\n";
        string[] trees = program ? [usings, source] : [usings, source, DocumentationContext.Source];
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var compilation = CSharpCompilation.Create(
            $"Block{Guid.NewGuid():N}",
            trees.Select(tree => CSharpSyntaxTree.ParseText(tree, options)),
            References.Value,
            new CSharpCompilationOptions(
                program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        string[] errors = [.. compilation.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => d.ToString())];
        return errors.Length == 0
            ? Assembly.Load(image.ToArray())
            : throw new InvalidOperationException($"{this}:\n{string.Join('\n', errors)}");
    }

    private static string Unindented(Match match)
    {
        string indent = match.Groups["indent"].Value;
        IEnumerable<string> lines = match.Groups["code"].Value.Split('\n')
            .Select(line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line);
        return string.Join('\n', lines).TrimEnd();
    }

    [GeneratedRegex("^(?<indent> *)```csharp\n(?<code>.*?)^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^InfoMax\.(Core|Information|Evaluation|Baselines|Datasets|Reports)\.dll$")]
    private static partial Regex Library();

    [GeneratedRegex(@"\Ausing [A-Z][A-Za-z.]*;")]
    private static partial Regex Directive();

    [GeneratedRegex(@"^public (sealed |static )*class ", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
