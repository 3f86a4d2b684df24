using System.Security.Cryptography;
using System.Text;

namespace InfoMax.Datasets.Tests;

/// <summary>The real images in the repository are those that their README says they are.</summary>
public sealed class EuroSatSliceTests
{
    private static readonly string[] Classes =
        ["AnnualCrop", "Forest", "HerbaceousVegetation", "Highway", "Industrial",
            "Pasture", "PermanentCrop", "Residential", "River", "SeaLake"];

    [Theory]
    [InlineData("train", 350)]
    [InlineData("test", 100)]
    public void Read_Part_IsBalancedAndWhole(string part, int perClass)
    {
        using ImageSet set = ImageFolder.Read(Path.Combine(Root(), part), new ImageFolderOptions { Size = 64 });
        set.ClassNames.Should().Equal(Classes);
        set.Images.shape.Should().Equal(10 * perClass, 3, 64, 64);
        set.Labels.Should().Equal(Enumerable.Range(0, 10 * perClass).Select(i => i / perClass));
        using var floats = set.Images.to(TorchSharp.torch.float32);
        using var means = floats.mean([0, 2, 3]);

        // Published means of the whole set: 87.8, 96.9, 103.9.
        means.data<float>().ToArray().Should().SatisfyRespectively(
            red => red.Should().BeInRange(82, 94), green => green.Should().BeInRange(91, 103), blue => blue.Should().BeInRange(99, 109));
    }

    [Fact]
    public void Files_OfBothParts_AreWhereTheRuleOfTheDrawPutsThem()
    {
        foreach (string name in Classes)
        {
            string[] test = Names("test", name);
            string[] train = Names("train", name);
            test.Should().HaveCount(100);
            train.Should().HaveCount(350).And.NotIntersectWith(test);
            test.Concat(train).Should().OnlyContain(file => file.StartsWith(name + "_"));
            string.CompareOrdinal(test.Max(Key), train.Min(Key)).Should().BeNegative("the test part has the lowest hashes");
        }
    }

    [Fact]
    public void Files_OfBothParts_AreDistinctInContentAndSmallEnough()
    {
        string[] files = Directory.GetFiles(Root(), "*.jpg", SearchOption.AllDirectories);
        files.Should().HaveCount(4500);
        files.Sum(file => new FileInfo(file).Length).Should().Be(15_395_756);
        files.Select(file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))).Should().OnlyHaveUniqueItems();
        File.ReadAllText(Path.Combine(Root(), "LICENSE")).Should().Contain("Patrick Helber");
    }

    private static string[] Names(string part, string name) =>
        [.. Directory.GetFiles(Path.Combine(Root(), part, name)).Select(file => Path.GetFileName(file))];

    private static string Key(string file) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("infomax:" + file)));

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "InfoMax.sln")))
            {
                return Path.Combine(folder.FullName, "samples", "data", "eurosat");
            }
        }

        throw new InvalidOperationException("The tests must run below the folder of InfoMax.sln.");
    }
}
