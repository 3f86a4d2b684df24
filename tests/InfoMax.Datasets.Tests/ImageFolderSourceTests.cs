using InfoMax.Data;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Datasets.Tests;

public sealed class ImageFolderSourceTests : IDisposable
{
    private static readonly ImageFolderOptions Small = new() { Size = 6 };
    private readonly TempFolder _folder = new();

    public ImageFolderSourceTests()
    {
        for (int i = 0; i < 20; i++)
        {
            byte[] png = Make.Encode(Make.Plain(new SKColor((byte)(10 * i), 50, (byte)(255 - i)), 9, 7));
            _folder.Write($"{(i % 2 == 0 ? "even" : "odd")}/{i:D2}.png", png);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GetBatch_Any_IsThatOfTheSetInMemory(bool check)
    {
        using var scope = NewDisposeScope();
        ImageFolderSource source = ImageFolderSource.Open(_folder.Path, Small, check);
        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        using InMemorySource memory = set.ToSource();
        source.Names.Should().Equal(set.Names);
        source.Labels.Should().Equal(set.Labels);
        source.ClassNames.Should().Equal("even", "odd");
        source.ExampleShape.Should().Equal(3, 6, 6);
        (source.Count, ((IBatchSource)source).IsThreadSafe).Should().Be((20, true));
        int[] indices = [19, 0, 0, 7, 12];
        source.GetBatch(indices).Equals(memory.GetBatch(indices)).Should().BeTrue();
        source.ToLabeled().Labels.Should().Equal(set.Labels);
        source.Invoking(s => s.GetBatch([20])).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void GetBatch_SeveralThreadsAtOnce_GivesTheSame()
    {
        ImageFolderSource source = ImageFolderSource.Open(_folder.Path, Small);
        using Tensor expected = source.GetBatch([3, 14, 15]);
        Parallel.For(0, 50, _ =>
        {
            using Tensor batch = source.GetBatch([3, 14, 15]);
            batch.Equals(expected).Should().BeTrue();
        });
    }

    [Fact]
    public void Open_BadFilesAndDuplicates_AreFoundBeforeIndicesAreGivenOut()
    {
        _folder.Write("odd/bad.png", [1, 2, 3]);
        _folder.Write("odd/twice.png", File.ReadAllBytes(_folder["even/00.png"]));
        Assert.Throws<DatasetException>(() => ImageFolderSource.Open(_folder.Path, Small)).Path.Should().Be(_folder["odd/bad.png"]);
        ImageFolderSource source =
            ImageFolderSource.Open(_folder.Path, Small with { OnBadFile = BadFilePolicy.Skip, OnDuplicate = DuplicatePolicy.Skip });
        source.Count.Should().Be(20);
        source.Skipped.Select(s => s.Name).Should().Equal("odd/bad.png", "odd/twice.png");
        source.Duplicates.Should().ContainSingle().Which.Original.Should().Be("even/00.png");
        ImageFolderOptions skip = Small with { OnBadFile = BadFilePolicy.Skip };
        ImageFolderOptions report = Small with { OnDuplicate = DuplicatePolicy.Report };
        Assert.Throws<ArgumentException>(() => ImageFolderSource.Open(_folder.Path, skip, check: false)).ParamName.Should().Be("check");
        Assert.Throws<ArgumentException>(() => ImageFolderSource.Open(_folder.Path, report, check: false));
    }

    [Fact]
    public void GetBatch_FileBadOrGone_NamesIt()
    {
        _folder.Write("odd/bad.png", [1, 2, 3]);
        ImageFolderSource source = ImageFolderSource.Open(_folder.Path, Small, check: false);
        int bad = source.Names.ToList().IndexOf("odd/bad.png");
        Assert.Throws<DatasetException>(() => source.GetBatch([0, bad, 1])).Path.Should().Be(_folder["odd/bad.png"]);
        File.Delete(_folder[source.Names[0]]);
        Assert.Throws<DatasetException>(() => source.GetBatch([0])).Path.Should().Be(_folder[source.Names[0]]);
        using Tensor others = source.GetBatch([1]);
        others.shape.Should().Equal(1, 3, 6, 6);
    }

    [Fact]
    public void GetBatch_ManyTimes_LeaksNothing()
    {
        ImageFolderSource source = ImageFolderSource.Open(_folder.Path, Small);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++)
        {
            source.GetBatch([i]).Dispose();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }
}
