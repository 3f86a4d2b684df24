namespace InfoMax.Datasets.Tests;

public sealed class MnistTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte", true)]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte", true)]
    [InlineData("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", false)]
    [InlineData("T10K-IMAGES.IDX3-UBYTE", "t10k-labels-idx1-ubyte.gz", false)]
    [InlineData("raw/train-images-idx3-ubyte", "raw/train-labels-idx1-ubyte", true)]
    [InlineData("MNIST/raw/t10k-images-idx3-ubyte", "MNIST/raw/t10k-labels-idx1-ubyte", false)]
    [InlineData("emnist-digits-train-images-idx3-ubyte.gz", "emnist-digits-train-labels-idx1-ubyte.gz", true)]
    [InlineData("emnist-digits-test-images-idx3-ubyte", "emnist-digits-test-labels-idx1-ubyte", false)]
    public void Read_UsualNames_FindsBothFiles(string images, string labels, bool train)
    {
        Write(images, Make.IdxImages(3));
        Write(labels, Make.IdxLabels(7, 0, 9));
        using ImageSet set = Mnist.Read(_folder.Path, train);
        set.Images.shape.Should().Equal(3, 1, 4, 5);
        set.Labels.Should().Equal(7, 0, 9);
        set.ClassNames.Should().Equal("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        set.Names.Should().Equal("0", "1", "2");
        Assert.Throws<DatasetException>(() => Mnist.Read(_folder.Path, !train)).Message.Should().Contain("found none");
    }

    [Fact]
    public void Read_PlainAndPackedBesideEachOther_ReadsOne()
    {
        Write("train-images-idx3-ubyte", Make.IdxImages(2));
        Write("train-images-idx3-ubyte.gz", Make.IdxImages(2));
        Write("train-labels-idx1-ubyte", Make.IdxLabels(1, 2));
        using ImageSet set = Mnist.Read(_folder.Path, train: true);
        set.Count.Should().Be(2);
    }

    [Fact]
    public void Read_TwoPrefixes_AsksForTheFiles()
    {
        Write("emnist-digits-train-images-idx3-ubyte", Make.IdxImages(2));
        Write("emnist-letters-train-images-idx3-ubyte", Make.IdxImages(2));
        Write("emnist-digits-train-labels-idx1-ubyte", Make.IdxLabels(1, 2));
        Assert.Throws<DatasetException>(() => Mnist.Read(_folder.Path, train: true)).Message
            .Should().Contain("emnist-digits").And.Contain("emnist-letters");
    }

    [Fact]
    public void Read_CountsDiffer_NamesBothCounts()
    {
        string images = _folder.Write("i", Make.IdxImages(3));
        string labels = _folder.Write("l", Make.IdxLabels(1, 2));
        var thrown = Assert.Throws<DatasetException>(() => Mnist.Read(images, labels));
        thrown.Path.Should().Be(labels);
        thrown.Message.Should().Contain("each of the 3 images of i, found 2");
    }

    [Fact]
    public void Read_LabelOutOfRange_NamesItAndItsPlace()
    {
        string images = _folder.Write("i", Make.IdxImages(3));
        string labels = _folder.Write("l", Make.IdxLabels(1, 2, 10));
        Assert.Throws<DatasetException>(() => Mnist.Read(images, labels)).Message
            .Should().Contain("labels from 0 to 9, found 10 at position 2");
        using ImageSet set = Mnist.Read(images, labels, classCount: 26);
        set.ClassNames.Should().HaveCount(26);
    }

    [Fact]
    public void Read_MissingFolderOrAFile_NamesThePath()
    {
        Assert.Throws<DatasetException>(() => Mnist.Read(_folder["none"], train: true)).Path.Should().Be(_folder["none"]);
        Assert.Throws<DatasetException>(() => Mnist.Read(_folder.Write("file", [1]), train: true)).Message.Should().Contain("found a file");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Read_ClassCountOutOfRange_Throws(int classes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Mnist.Read("a", "b", classes));

    private void Write(string name, byte[] content) =>
        _folder.Write(name, name.EndsWith(".gz", StringComparison.Ordinal) ? Make.Gzip(content) : content);
}
