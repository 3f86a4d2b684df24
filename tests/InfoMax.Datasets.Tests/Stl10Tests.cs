using System.Text;
using InfoMax.Data;
using static TorchSharp.torch;

namespace InfoMax.Datasets.Tests;

public sealed class Stl10Tests : IDisposable
{
    private const int Length = 3 * 96 * 96;
    private static readonly Stl10Options Any = new() { RequireOfficialCounts = false };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Train_TransposesEachChannelAndCountsLabelsFromZero()
    {
        byte[] stored = Make.Noise(2 * Length);
        _folder.Write("train_X.bin", stored);
        _folder.Write("train_y.bin", [1, 10]);
        using ImageSet set = Stl10.Read(_folder.Path, Stl10Part.Train, Any);
        set.Images.shape.Should().Equal(2, 3, 96, 96);
        set.Labels.Should().Equal(0, 9);
        set.ClassNames.Should().HaveCount(10).And.StartWith("airplane").And.EndWith("truck");
        set.Names.Should().Equal("train/0", "train/1");
        foreach ((int n, int c, int y, int x) in new[] { (0, 0, 0, 1), (0, 2, 95, 0), (1, 1, 17, 40), (1, 2, 95, 95) })
        {
            set.Images[n, c, y, x].item<byte>().Should().Be(stored[(n * Length) + (c * 96 * 96) + (x * 96) + y]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("stl10_binary/")]
    public void Read_OfficialLayout_ReadsNoMoreThanWanted(string below)
    {
        Sparse($"{below}test_X.bin", 8000L * Length, 7);
        Fill($"{below}test_y.bin", 8000, 3);
        _folder.Write($"{below}class_names.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"u8.ToArray());
        using ImageSet set = Stl10.Read(_folder.Path, Stl10Part.Test, new Stl10Options { MaxCount = 3, Size = 8 });
        set.Images.shape.Should().Equal(3, 3, 8, 8);
        set.Labels.Should().Equal(2, 2, 2);
        set.ClassNames.Should().StartWith("a").And.EndWith("j");
    }

    [Fact]
    public void Read_Unlabeled_HasNoLabelsAndResizesAsTheSetDoes()
    {
        _folder.Write("unlabeled_X.bin", Make.Noise(5 * Length));
        using ImageSet whole = Stl10.Read(_folder.Path, Stl10Part.Unlabeled, Any);
        using ImageSet small =
            Stl10.Read(_folder.Path, Stl10Part.Unlabeled, new Stl10Options { RequireOfficialCounts = false, Size = 32, MaxCount = 4 });
        using ImageSet resized = whole.Resize(32);
        whole.HasLabels.Should().BeFalse();
        whole.ClassNames.Should().BeEmpty();
        small.Names.Should().Equal("unlabeled/0", "unlabeled/1", "unlabeled/2", "unlabeled/3");
        small.Images.bytes.SequenceEqual(resized.Images.bytes[..(4 * 3 * 32 * 32)]).Should().BeTrue();
    }

    [Fact]
    public void Read_TrainAndUnlabeled_MarksTheUnlabeledOnes()
    {
        Small();
        var options = new Stl10Options { RequireOfficialCounts = false, MaxCount = 2, Fold = 3 };
        using ImageSet set = Stl10.Read(_folder.Path, Stl10Part.TrainAndUnlabeled, options);
        set.Labels.Should().Equal(3, 0, ImageSet.Unlabeled, ImageSet.Unlabeled);
        set.Names.Should().Equal("train/3", "train/0", "unlabeled/0", "unlabeled/1");
        set.LabeledCount.Should().Be(2);
        set.Invoking(s => s.ToLabeled()).Should().Throw<InvalidOperationException>().WithMessage("*2 of these 4*OnlyLabeled*");
        using ImageSet labeled = set.OnlyLabeled();
        using Data.LabeledData data = labeled.ToLabeled();
        data.Labels.Should().Equal(3, 0);
        using ImageSet rest = set.Subset([2, 3]);
        rest.HasLabels.Should().BeFalse("no image of it has a label");
    }

    [Fact]
    public void Read_ManyImagesAndProgress_ReportsEveryChunkAndCanBeCanceled()
    {
        Sparse("unlabeled_X.bin", 600L * Length, 1);
        var seen = new List<DatasetProgress>();
        var options = new Stl10Options { RequireOfficialCounts = false, Size = 4 };
        using ImageSet set = Stl10.Read(_folder.Path, Stl10Part.Unlabeled, options, new Direct<DatasetProgress>(seen.Add));
        seen.Select(report => $"{report}").Should().Equal("reading, 256 of 600", "reading, 512 of 600", "reading, 600 of 600");
        using var stop = new CancellationTokenSource();
        Action read =
            () => Stl10.Read(_folder.Path, Stl10Part.Unlabeled, options, new Direct<DatasetProgress>(_ => stop.Cancel()), stop.Token);
        read.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Read_DamagedParts_SayWhatIsWrong()
    {
        Small();
        _folder.Write("train_y.bin", [1, 2, 11, 4]);
        Message(Stl10Part.Train, Any).Should().Contain("labels from 1 to 10, found 11 at position 2");
        _folder.Write("train_y.bin", [1, 2, 3]);
        Message(Stl10Part.Train, Any).Should().Contain("one label for each of 4 images, found 3");
        _folder.Write("train_X.bin", Make.Noise(Length + 5));
        Message(Stl10Part.Train, Any).Should().Contain("whole number of images of 27648 bytes, found 27653");
        Message(Stl10Part.Train, new Stl10Options()).Should().Contain("expected 138240000 bytes (5000 images");
        _folder.Write("train_X.bin", Make.Gzip(Make.Noise(Length)));
        Message(Stl10Part.Train, Any).Should().Contain("gzip");
        Message(Stl10Part.Test, Any).Should().Contain("found no test_X.bin");
        _folder.Write("stl10_binary.tar.gz", [1]);
        Message(Stl10Part.Test, Any).Should().Contain("unpack it first");
    }

    [Theory]
    [InlineData("0 1\n", "expected 10 lines, one per fold, found 1")]
    [InlineData("0\n0\n0\n0\n0 4\n0\n0\n0\n0\n0", "indices from 0 to 3 in fold 4, found \"4\"")]
    [InlineData("0\n0\n-1\n0\n0\n0\n0\n0\n0\n0", "in fold 2, found \"-1\"")]
    public void Read_DamagedFolds_SayWhatIsWrong(string folds, string expected)
    {
        Small();
        _folder.Write("fold_indices.txt", Encoding.ASCII.GetBytes(folds));
        Message(Stl10Part.Train, new Stl10Options { RequireOfficialCounts = false, Fold = 0 }).Should().Contain(expected);
    }

    [Fact]
    public void Read_WrongArguments_Throw()
    {
        Small();
        Action fold = () => Stl10.Read(_folder.Path, Stl10Part.Unlabeled, new Stl10Options { RequireOfficialCounts = false, Fold = 1 });
        fold.Should().Throw<ArgumentException>().WithMessage("*no fold*");
        Assert.Throws<ArgumentOutOfRangeException>(() => new Stl10Options { Fold = 10 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Stl10Options { MaxCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Stl10Options { Size = 0 });
    }

    [Theory]
    [InlineData(Stl10Part.Train, null, 96)]
    [InlineData(Stl10Part.Unlabeled, null, 32)]
    [InlineData(Stl10Part.TrainAndUnlabeled, 3, 96)]
    [InlineData(Stl10Part.TrainAndUnlabeled, null, 40)]
    public void Source_OfAnyPart_GivesTheBatchesOfTheSetInMemory(Stl10Part part, int? fold, int size)
    {
        using var scope = NewDisposeScope();
        Small();
        Stl10Options options = new Stl10Options { RequireOfficialCounts = false, Fold = fold, Size = size };
        Stl10Source source = Stl10Source.Open(_folder.Path, part, options);
        using ImageSet set = Stl10.Read(_folder.Path, part, options);
        using Data.InMemorySource memory = set.ToSource();
        (source.Count, ((IBatchSource)source).IsThreadSafe).Should().Be((set.Count, true));
        source.ExampleShape.Should().Equal(3, size, size);
        source.Names.Should().Equal(set.Names);
        source.Labels.Should().Equal(set.Labels);
        source.ClassNames.Should().Equal(set.ClassNames);
        // Backwards, with one twice: across both files where there are two.
        int[] indices = [.. Enumerable.Range(0, set.Count).Reverse(), 0];
        source.GetBatch(indices).Equals(memory.GetBatch(indices)).Should().BeTrue();
        Parallel.For(0, 20, i =>
        {
            using Tensor batch = source.GetBatch([i % source.Count]), expected = memory.GetBatch([i % source.Count]);
            batch.Equals(expected).Should().BeTrue();
        });
        source.Invoking(s => s.GetBatch([s.Count])).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Source_WithSomeOrNoLabels_IsLabeledDataOnlyWhereAllHaveOne()
    {
        Small();
        Stl10Source.Open(_folder.Path, Stl10Part.Train, Any).ToLabeled().Labels.Should().Equal(0, 1, 2, 3);
        foreach (Stl10Part part in new[] { Stl10Part.Unlabeled, Stl10Part.TrainAndUnlabeled })
        {
            Stl10Source.Open(_folder.Path, part, Any).Invoking(s => s.ToLabeled())
                .Should().Throw<InvalidOperationException>().WithMessage("*no label*");
        }
    }

    [Fact]
    public void Source_ManyBatches_LeakNothing()
    {
        Small();
        Stl10Source source =
            Stl10Source.Open(_folder.Path, Stl10Part.TrainAndUnlabeled, new Stl10Options { RequireOfficialCounts = false, Size = 8 });
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 20; i++)
        {
            source.GetBatch([i % source.Count, 0]).Dispose();
        }

        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void Source_FileDamagedOrGone_NamesIt()
    {
        Small();
        Assert.Throws<DatasetException>(() => Stl10Source.Open(_folder.Path, Stl10Part.Unlabeled)).Message
            .Should().Contain("expected 2764800000 bytes");
        var fold = new Stl10Options { RequireOfficialCounts = false, Fold = 1 };
        Assert.Throws<ArgumentException>(() => Stl10Source.Open(_folder.Path, Stl10Part.Unlabeled, fold));
        Stl10Source source = Stl10Source.Open(_folder.Path, Stl10Part.Unlabeled, Any);
        _folder.Write("unlabeled_X.bin", Make.Noise(Length));
        using (Tensor first = source.GetBatch([0]))
        {
            first.shape.Should().Equal(1, 3, 96, 96);
        }

        Assert.Throws<DatasetException>(() => source.GetBatch([0, 2])).Path.Should().Be(_folder["unlabeled_X.bin"]);
        File.Delete(_folder["unlabeled_X.bin"]);
        Assert.Throws<DatasetException>(() => source.GetBatch([0])).Path.Should().Be(_folder["unlabeled_X.bin"]);
    }

    [Theory]
    [InlineData("train_X.bin")]
    [InlineData("train_y.bin")]
    [InlineData("fold_indices.txt")]
    [InlineData("class_names.txt")]
    public void Read_Damaged_ThrowsOnlyDatasetExceptions(string name)
    {
        Small();
        byte[] whole = File.ReadAllBytes(_folder[name]);
        Fuzz.OnlyDatasetExceptions(whole, 300, bytes =>
        {
            _folder.Write(name, bytes);
            Stl10.Read(_folder.Path, Stl10Part.Train, new Stl10Options { RequireOfficialCounts = false, Fold = 0, Size = 4 }).Dispose();
        });
    }

    private string Message(Stl10Part part, Stl10Options options) =>
        Assert.Throws<DatasetException>(() => Stl10.Read(_folder.Path, part, options)).Message;

    private void Small()
    {
        _folder.Write("train_X.bin", Make.Noise(4 * Length));
        _folder.Write("train_y.bin", [1, 2, 3, 4]);
        _folder.Write("unlabeled_X.bin", Make.Noise(3 * Length));
        _folder.Write("class_names.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"u8.ToArray());
        _folder.Write("fold_indices.txt", "0 1 \n0\n0\n3 0\n0\n0\n0\n0\n0\n0\n"u8.ToArray());
    }

    private void Sparse(string name, long length, byte first)
    {
        using FileStream file = File.OpenWrite(_folder.Write(name, [first]));
        file.SetLength(length);
    }

    private void Fill(string name, int length, byte value) => _folder.Write(name, [.. Enumerable.Repeat(value, length)]);
}
