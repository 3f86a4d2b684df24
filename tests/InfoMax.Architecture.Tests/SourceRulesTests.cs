using System.Text.RegularExpressions;
using InfoMax.Tests.Support;

namespace InfoMax.Architecture.Tests;

/// <summary>Rules that a reader relies on and no compiler checks.</summary>
public sealed partial class SourceRulesTests
{
    /// <summary>The median is a ratchet; its goal is 60.</summary>
    private const int MaxColumns = 140, MaxLines = 250, MaxMedianLines = 66;

    /// <summary>The build step for users is one file by necessity: MSBuild compiles it on their machine.</summary>
    private const string BuildStep = "RepairTorchSharp.cs";

    [Theory]
    [InlineData("src")]
    [InlineData("samples")]
    [InlineData("tests")]
    [InlineData("benchmarks")]
    public void Lines_AreAtMost140Columns(string folder) =>
        Nothing(Files(folder).SelectMany(f => File.ReadLines(f).Select((line, i) => (f, i, line))).Where(l => l.line.Length > MaxColumns)
            .Select(l => $"{Name(l.f)}:{l.i + 1}: {l.line.Length}"));

    [Theory]
    [InlineData("src")]
    [InlineData("samples")]
    public void Files_AreAtMost250Lines(string folder)
    {
        int[] lines = [.. Files(folder).Where(f => Path.GetFileName(f) != BuildStep).Select(f => File.ReadLines(f).Count()).Order()];
        Nothing(Files(folder).Where(f => Path.GetFileName(f) != BuildStep && File.ReadLines(f).Count() > MaxLines).Select(Name));
        lines[lines.Length / 2].Should().BeLessThanOrEqualTo(folder == "src" ? MaxMedianLines : MaxLines);
    }

    [Fact]
    public void Optimizer_IsSteppedInOnePlace() =>
        Files("src").Where(f => OptimizerStep().IsMatch(File.ReadAllText(f))).Select(Name).Should().HaveCount(1);

    [Fact]
    public void RandomStreams_AreNamed() => Nothing(Files("src").Where(f => NumberedStream().IsMatch(File.ReadAllText(f))).Select(Name));

    [Fact]
    public void Libraries_DoNotWriteToTheConsole() => Nothing(Files("src").Where(f => Path.GetFileName(f) != BuildStep)
        .Where(f => File.ReadAllText(f).Contains("Console.", StringComparison.Ordinal)).Select(Name));

    /// <summary>A test class is found by the name of what it tests: some type, file or page has the name before "Tests".</summary>
    [Fact]
    public void TestFiles_HoldOneClassOfTheirName() => Nothing(Files("tests").Where(f => f.EndsWith("Tests.cs", StringComparison.Ordinal))
        .Where(f => !Regex.IsMatch(File.ReadAllText(f), $@"class {Path.GetFileNameWithoutExtension(f).Split('.')[0]}\b")).Select(Name));

    private static void Nothing(IEnumerable<string> found) => string.Join('\n', found).Should().BeEmpty();

    private static string[] Files(string folder) => [.. SourceFiles.Under(Path.Combine(Repository.Root, folder))];

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);

    [GeneratedRegex(@"[oO]ptimizer\.step\(")]
    private static partial Regex OptimizerStep();

    [GeneratedRegex(@"purpose:\s*\d")]
    private static partial Regex NumberedStream();
}
