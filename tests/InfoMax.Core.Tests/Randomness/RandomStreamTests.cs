using System.Text.RegularExpressions;
using InfoMax.Randomness;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Randomness;

public sealed partial class RandomStreamTests
{
    [Fact]
    public void Of_OtherPaths_AreOtherStreams()
    {
        RandomStream root = RandomStream.Of(0, "owner");
        RandomStream[] streams =
        [
            root, RandomStream.Of(1, "owner"), RandomStream.Of(-1, "owner"), RandomStream.Of(0, "other"), RandomStream.Of(0, ""),
                root.Of("a"), root.Of("b"),
            root.Of("ab"), root.Of("ba"), root.Of(""), root.Of("").Of(""), root.Of("a").Of("bc"), root.Of("ab").Of("c"), root.Of("abc"),
                root.Of("a").Of("b").Of("c"),
        ];
        streams.Select(s => s.Key).Should().OnlyHaveUniqueItems();
        streams.Select(s => s.Seed()).Should().OnlyHaveUniqueItems().And.OnlyContain(seed => seed >= 0);
    }

    [Fact]
    public void Of_ManyNames_NeverMeet()
    {
        var seen = new HashSet<ulong>();
        foreach (int seed in Enumerable.Range(-500, 1000))
        {
            RandomStream root = RandomStream.Of(seed, "owner");
            foreach (int i in Enumerable.Range(0, 100))
            {
                seen.Add(root.Of($"part {i}").Key).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void Generator_OfAPath_DrawsTheSameAgainAndNothingElseDraws()
    {
        using var scope = NewDisposeScope();
        using Generator first = RandomStream.Of(3, "owner").Of("part").Generator();
        using Generator again = RandomStream.Of(3, "owner").Of("part").Generator();
        using Generator other = RandomStream.Of(3, "owner").Of("parts").Generator();
        manual_seed(1);
        Tensor global = rand(1);
        manual_seed(1);
        Tensor drawn = rand(8, generator: first);
        drawn.equal(rand(8, generator: again)).all().item<bool>().Should().BeTrue();
        drawn.equal(rand(8, generator: other)).any().item<bool>().Should().BeFalse();
        rand(1).item<float>().Should().Be(global.item<float>());
    }

    [Fact]
    public void Random_OfManyDraws_DiffersFromDrawToDraw() =>
        Enumerable.Range(0, 1000).Select(draw => RandomStream.Of(3, "owner").Random(draw).Next()).Distinct().Count().Should()
            .BeGreaterThan(998);

    [Fact]
    public void Of_NoSeed_IsNoStream() => RandomStream.Of(null, "owner").Should().BeNull();

    /// <summary>One owner is one class, and within a class each use has a name of its own, so that two streams of the library can share no
    /// path.</summary>
    [Fact]
    public void Names_InTheLibrary_AreGivenOnce()
    {
        var owners = new List<(string Owner, string File)>();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")))
        {
            string text = File.ReadAllText(file);
            string[] own = [.. OwnerNames().Matches(text).Concat(OwnerConstants().Matches(text)).Select(m => m.Groups[1].Value).Distinct()];
            owners.AddRange(own.Select(name => (name, file)));
            if (text.Contains("RandomStream.Of", StringComparison.Ordinal))
            {
                UseNames().Matches(text).Select(m => m.Groups[1].Value).Should().OnlyHaveUniqueItems(file);
            }
        }

        owners.Should().HaveCountGreaterThan(30);
        owners.GroupBy(o => o.Owner).Where(group => group.Count() > 1).Should().BeEmpty();
    }

    [GeneratedRegex(@"RandomStream\.Of(?:SeedOrGlobal)?\([^""\n]*?, ""([^""]+)""\)")]
    private static partial Regex OwnerNames();

    [GeneratedRegex(@"const string Owner = ""([^""]+)""")]
    private static partial Regex OwnerConstants();

    [GeneratedRegex(@"\)?\??\.Of\(""([^""]+)""\)")]
    private static partial Regex UseNames();
}
