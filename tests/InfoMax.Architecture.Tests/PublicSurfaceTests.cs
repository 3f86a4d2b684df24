using System.Collections;
using System.Runtime.CompilerServices;

namespace InfoMax.Architecture.Tests;

/// <summary>The public surface stays small, and nothing on it prints the name of its type.</summary>
public sealed class PublicSurfaceTests
{
    /// <summary>A ratchet: lower these when the surface shrinks. The goal is 170 types, 90 of them in Core, and 1,700 lines.</summary>
    private const int MaxTypes = 194, MaxCoreTypes = 94, MaxLines = 1784;

    [Fact]
    public void Types_AreFew()
    {
        Exported("InfoMax.Core").Length.Should().BeLessThanOrEqualTo(MaxCoreTypes);
        House.Projects.Sum(p => Exported(p.Name).Length).Should().BeLessThanOrEqualTo(MaxTypes);
    }

    [Fact]
    public void Lines_AreFew() => House.Projects
        .Sum(p => File.ReadLines(Path.Combine(p.Folder, "PublicAPI.Unshipped.txt"))
            .Concat(File.ReadLines(Path.Combine(p.Folder, "PublicAPI.Shipped.txt")))
            .Count(l => l.Length > 0 && l[0] != '#'))
        .Should().BeLessThanOrEqualTo(MaxLines);

    /// <summary>The compiler's text of a record prints type names where values are lists or functions.</summary>
    [Fact]
    public void Records_PrintNoTypeNames() => string.Join(", ", House.Projects.SelectMany(p => Exported(p.Name))
        .Where(type => type.GetMethod("<Clone>$") is not null && type.GetMethod(nameof(ToString), Type.EmptyTypes) is { } text
            && text.GetCustomAttributes(typeof(CompilerGeneratedAttribute), inherit: false).Length > 0)
        .SelectMany(type => type.GetProperties().Where(p => IsOpaque(p.PropertyType)).Select(p => $"{type.Name}.{p.Name}"))).Should()
            .BeEmpty();

    private static bool IsOpaque(Type type) =>
        type != typeof(string) && (typeof(IEnumerable).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type));

    private static Type[] Exported(string project) => House.Projects.Single(p => p.Name == project).Assembly.GetExportedTypes();
}
