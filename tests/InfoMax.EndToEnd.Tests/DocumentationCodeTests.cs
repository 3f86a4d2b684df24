namespace InfoMax.EndToEnd.Tests;

/// <summary>All C# code in the pages of docs compiles.</summary>
public sealed class DocumentationCodeTests
{
    public static TheoryData<string> Pages() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Where(page => File.ReadAllText(page).Contains("```csharp", StringComparison.Ordinal))
            .Select(page => Path.GetRelativePath(Repository.Root, page).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Code_Compiles(string page)
    {
        string[] faults = [.. CodeBlock.Of(page).Select(Fault).OfType<string>()];
        faults.Should().BeEmpty();
    }

    private static string? Fault(CodeBlock block)
    {
        try
        {
            block.Compile();
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }
}
