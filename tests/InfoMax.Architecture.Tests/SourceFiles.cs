namespace InfoMax.Architecture.Tests;

/// <summary>Source files of the repository, without what builds write.</summary>
internal static class SourceFiles
{
    public static IEnumerable<string> Under(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "StrykerOutput"));
}
