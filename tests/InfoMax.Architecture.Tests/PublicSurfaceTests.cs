namespace InfoMax.Architecture.Tests;

/// <summary>The public surface stays small, and nothing on it prints the name of its type.</summary>
public sealed class PublicSurfaceTests
{
    private const int MaxTypes = 170, MaxCoreTypes = 90, MaxLines = 1700;

    [Fact]
    public void Types_AreFew()
    {
        Exported("InfoMax.Core").Length.Should().BeLessThanOrEqualTo(MaxCoreTypes);
        House.Projects.Sum(p => Exported(p.Name).Length).Should().BeLessThanOrEqualTo(MaxTypes);
    }

    [Fact]
    public void Lines_AreFew() => House.Projects
        .Sum(p => File.ReadLines(Path.Combine(p.Folder, "PublicAPI.Unshipped.txt")).Concat(File.ReadLines(Path.Combine(p.Folder, "PublicAPI.Shipped.txt")))
            .Count(l => l.Length > 0 && l[0] != '#'))
        .Should().BeLessThanOrEqualTo(MaxLines);

    private static Type[] Exported(string project) => House.Projects.Single(p => p.Name == project).Assembly.GetExportedTypes();
}
