using InfoMax.Data;
using TorchSharp;

namespace InfoMax.Datasets.Tests;

public sealed class ImageSetTests
{
    [Fact]
    public void Constructor_BadArguments_SaysWhatWasExpected()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor images = torch.zeros([3, 1, 2, 2], torch.uint8);
        Throws(() => new ImageSet(torch.zeros([3, 2, 2], torch.uint8)))
            .Should().Contain("uint8 or float32 images [N, C, H, W]").And.Contain("[3, 2, 2]");
        Throws(() => new ImageSet(torch.zeros([3, 1, 2, 2], torch.float64))).Should().Contain("Float64");
        Throws(() => new ImageSet(torch.full([3, 1, 2, 2], 2000f))).Should().Contain("[−1, 1], got values in [2000, 2000]");
        Throws(() => new ImageSet(torch.full([3, 1, 2, 2], float.NaN))).Should().Contain("NaN");
        Throws(() => new ImageSet(torch.zeros([0, 1, 2, 2], torch.uint8))).Should().Contain("at least one");
        Throws(() => new ImageSet(images, [0, 1])).Should().Contain("3 images, got 2");
        Throws(() => new ImageSet(images, [0, 1, 2], ["a", "b"])).Should().Contain("labels in [0, 2), got 2 for image 2");
        Throws(() => new ImageSet(images, [0, -1, 2])).Should().Contain("got -1 for image 1");
        Throws(() => new ImageSet(images, [-1, -1, -1], ["a"])).Should().Contain("got -1 for image 0");
        Throws(() => new ImageSet(images, [0, -2, -1], ["a"])).Should().Contain("got -2 for image 1");
        Throws(() => new ImageSet(images, classNames: ["a"])).Should().Contain("without labels");
        Throws(() => new ImageSet(images, names: ["a"])).Should().Contain("3 images, got 1");
    }

    [Fact]
    public void Dispose_ArgumentOrSet_LeavesTheOther()
    {
        torch.Tensor images = torch.ones([2, 1, 2, 2], torch.uint8);
        var set = new ImageSet(images);
        images.Dispose();
        InMemorySource source = set.ToSource();
        set.Dispose();
        set.Dispose();
        set.Invoking(s => s.Images).Should().Throw<ObjectDisposedException>();
        using torch.Tensor batch = source.GetBatch([1]);
        batch.shape.Should().Equal(1, 1, 2, 2);
        source.Dispose();
    }

    [Fact]
    public void ToLabeled_Labeled_CarriesLabelsAndNames()
    {
        using ImageSet set = Numbered(4, [0, 1, 0, 1]);
        using LabeledData data = set.ToLabeled();
        data.Labels.Should().Equal(0, 1, 0, 1);
        data.ClassNames.Should().Equal("x", "y", "z");
    }

    [Fact]
    public void Subset_AnyOrder_GivesThoseImages()
    {
        using ImageSet set = Numbered(4, [0, 1, 0, 2]);
        using ImageSet some = set.Subset([3, 0, 3]);
        Values(some).Should().Equal(3, 0, 3);
        some.Labels.Should().Equal(2, 0, 2);
        some.Names.Should().Equal("n3", "n0", "n3");
        some.ClassNames.Should().HaveCount(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Subset([4]));
        Assert.Throws<ArgumentException>(() => set.Subset([]));
    }

    [Fact]
    public void Split_Labeled_KeepsTheProportions()
    {
        int[] labels = [.. Enumerable.Range(0, 200).Select(i => i % 10 == 0 ? 2 : i % 2)];
        using ImageSet set = Numbered(200, labels);
        (ImageSet first, ImageSet second) = set.Split(0.25, seed: 3);
        using (first)
        using (second)
        {
            first.Count.Should().Be(50);
            Values(first).Concat(Values(second)).Should().BeEquivalentTo(Values(set));
            Values(first).Should().BeInAscendingOrder();
            Values(second).Should().BeInAscendingOrder();
            first.Labels!.Count(l => l == 2).Should().Be(5);
            first.Labels!.Count(l => l == 0).Should().Be(20);
            first.Labels!.Count(l => l == 1).Should().Be(25);
        }
    }

    [Fact]
    public void Take_Seed_DecidesTheDraw()
    {
        using ImageSet set = Numbered(100, null);
        using ImageSet first = set.Take(10, seed: 1);
        using ImageSet again = set.Take(10, seed: 1);
        using ImageSet other = set.Take(10, seed: 2);
        Values(first).Should().Equal(Values(again)).And.OnlyHaveUniqueItems().And.NotEqual(Values(other));
        using ImageSet all = set.Take(100, seed: 1);
        Values(all).Should().Equal(Values(set));
    }

    [Fact]
    public void Take_NotDivisibleByClasses_GivesExactlyAsManyAsAsked()
    {
        using ImageSet set = Numbered(31, [.. Enumerable.Range(0, 31).Select(i => i % 3)]);
        for (int n = 1; n <= 31; n++)
        {
            using ImageSet some = set.Take(n, seed: n);
            some.Count.Should().Be(n);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0.01)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Split_PartWithoutImages_Throws(double fraction)
    {
        using ImageSet set = Numbered(10, null);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Split(fraction, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(11, 1));
    }

    [Fact]
    public void Resize_SmallerAndLarger_AveragesAndInterpolates()
    {
        using torch.Tensor images = torch.tensor(new byte[] { 0, 100, 200, 101 }, [1, 1, 2, 2]);
        using var set = new ImageSet(images, [0], ["a"], ["b"]);
        using ImageSet one = set.Resize(1);
        one.Images.bytes.ToArray().Should().Equal(100);
        using ImageSet four = set.Resize(4);
        four.Images.bytes.ToArray()[..4].Should().Equal(0, 25, 75, 100);
        four.ClassNames.Should().Equal("a");
        four.Names.Should().Equal("b");
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Resize(0));
    }

    [Theory]
    [InlineData(64, 48)]
    [InlineData(64, 9)]
    [InlineData(13, 20)]
    public void Resize_ASetReadAtItsSize_GivesTheBitsOfReadingAtTheOther(int from, int to)
    {
        using var folder = new TempFolder();
        folder.Write("1.png", MakePng.Deep(from, 3, [.. Make.Noise(3 * from * from).Select(b => (ushort)(b * 257))]));
        var options = new ImageFolderOptions { Size = from, Depth = DepthPolicy.Reduce };
        using ImageSet whole = ImageFolder.Read(folder.Path, options), read = ImageFolder.Read(folder.Path, options with { Size = to });
        using ImageSet resized = whole.Resize(to);
        resized.Images.bytes.SequenceEqual(read.Images.bytes).Should().BeTrue();
        using InMemorySource source = whole.ToSource();
        using torch.Tensor batch = source.GetBatch([0]), view = new ImageAugmentation { Size = to }.EvaluationView(batch);
        using torch.Tensor bytes = view.add(1).mul(127.5);
        using torch.Tensor error = bytes.sub(resized.Images).abs().max();
        error.item<float>().Should().BeLessThan(0.5001f, "the view of the augmentation is not rounded");
    }

    [Theory]
    [InlineData(2, 30, 190)]
    [InlineData(1, 110)]
    public void Resize_Smaller_AveragesExactAreas(int size, params int[] expected)
    {
        using torch.Tensor images = torch.tensor(new byte[] { 0, 90, 240 }, [1, 1, 1, 3]).repeat(1, 1, 3, 1);
        using var set = new ImageSet(images);
        using ImageSet small = set.Resize(size);
        Values(small)[..size].Should().Equal(expected);
    }

    [Fact]
    public void ToString_AnySet_IsASentence()
    {
        using ImageSet labeled = Numbered(4, [0, 1, 0, 2]), one = Numbered(1, null);
        labeled.ToString().Should().Be("4 images of 1 × 1 × 1 in 3 classes");
        one.ToString().Should().Be("1 image of 1 × 1 × 1");
        using var folder = new TempFolder();
        folder.Write("a/1.png", Make.Encode(Make.FourQuarters()));
        folder.Write("b/1.png", Make.Encode(Make.FourQuarters()));
        folder.Write("b/2.png", [1]);
        var options = new ImageFolderOptions { Size = 2, OnBadFile = BadFilePolicy.Skip, OnDuplicate = DuplicatePolicy.Report };
        using ImageSet read = ImageFolder.Read(folder.Path, options);
        read.ToString().Should().Be("2 images of 3 × 2 × 2 in 2 classes, 1 file skipped, 1 file duplicated");
        ImageFolderSource.Open(folder.Path, options).ToString().Should().Be(read.ToString());
        read.Skipped[0].ToString().Should().StartWith("b/2.png: expected an image");
        read.Duplicates[0].ToString().Should().Be("b/1.png has the bytes of a/1.png");
        options.ToString().Should().Be("2 × 2 pixels, 3 channels");
        new Stl10Options { Fold = 3, MaxCount = 9 }.ToString().Should().Be("fold 3, at most 9 images of 96 × 96");
        KnownDatasets.Stl10.ToString().Should().Be("STL-10 (https://cs.stanford.edu/~acoates/stl10/)");
    }

    [Fact]
    public void Operations_InAScopeOrNot_LeaveNoTensorBehind()
    {
        using ImageSet set = Numbered(20, [.. Enumerable.Range(0, 20).Select(i => i % 3)]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        set.Subset([1, 2]).Dispose();
        set.Take(5, 1).Dispose();
        set.Resize(5).Dispose();
        set.ToSource().Dispose();
        set.ToLabeled().Dispose();
        (ImageSet first, ImageSet second) = set.Split(0.5, 1);
        first.Dispose();
        second.Dispose();
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);

        ImageSet kept;
        using (torch.NewDisposeScope())
        {
            kept = set.Take(5, 1);
        }

        kept.Images.shape.Should().Equal(5, 1, 1, 1);
        kept.Dispose();
    }

    private static ImageSet Numbered(int count, int[]? labels)
    {
        using torch.Tensor images = torch.arange(count, dtype: torch.uint8).reshape(count, 1, 1, 1);
        return new ImageSet(images, labels, labels is null ? null : ["x", "y", "z"], [.. Enumerable.Range(0, count).Select(i => $"n{i}")]);
    }

    private static int[] Values(ImageSet set) => Array.ConvertAll(set.Images.bytes.ToArray(), b => (int)b);

    private static string Throws(Func<ImageSet> make) => Assert.Throws<ArgumentException>(make).Message;
}
