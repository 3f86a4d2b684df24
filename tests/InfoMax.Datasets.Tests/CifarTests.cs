namespace InfoMax.Datasets.Tests;

public sealed class CifarTests : IDisposable
{
    private const int Official10 = 10_000 * 3073;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cifar10_SingleFile_GivesPixelsAndLabelsInOrder()
    {
        byte[] file = Make.Cifar(12);
        using ImageSet set = Cifar10.Read(_folder.Write("some.bin", file), train: true);
        set.Images.shape.Should().Equal(12, 3, 32, 32);
        set.Images.bytes[(5 * 3072)..(6 * 3072)].SequenceEqual(file.AsSpan((5 * 3073) + 1, 3072)).Should().BeTrue();
        set.Labels.Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
        set.ClassNames.Should().HaveCount(10).And.StartWith("airplane").And.EndWith("truck");
    }

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin/")]
    public void Cifar10_OfficialLayout_ReadsTheFiveBatchesInOrder(string below)
    {
        for (int batch = 1; batch <= 5; batch++)
        {
            Sparse($"{below}data_batch_{batch}.bin", Official10, (byte)batch);
        }

        Sparse($"{below}test_batch.bin", Official10, 9);
        _folder.Write($"{below}batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"u8.ToArray());
        using ImageSet train = Cifar10.Read(_folder.Path, train: true);
        using ImageSet test = Cifar10.Read(_folder.Path, train: false);
        train.Count.Should().Be(50_000);
        Enumerable.Range(0, 5).Select(b => train.Labels![b * 10_000]).Should().Equal(1, 2, 3, 4, 5);
        train.ClassNames.Should().Equal("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        test.Count.Should().Be(10_000);
        test.Labels![0].Should().Be(9);
    }

    [Fact]
    public void Cifar10_FolderWithAShortBatch_Fails()
    {
        Sparse("test_batch.bin", Official10 - 3073, 0);
        Message(() => Cifar10.Read(_folder.Path, train: false)).Should().Contain("expected 30730000 bytes").And.Contain("found 30726927");
    }

    [Fact]
    public void Cifar10_MissingBatch_NamesIt()
    {
        Sparse("data_batch_1.bin", Official10, 0);
        Message(() => Cifar10.Read(_folder.Path, train: true)).Should().Contain("found no data_batch_2.bin");
    }

    [Fact]
    public void Cifar10_PythonVersionOrArchive_SaysSo()
    {
        _folder.Write("test_batch", [1]);
        Message(() => Cifar10.Read(_folder.Path, train: false)).Should().Contain("version for Python");
        _folder.Write("cifar-10-binary.tar.gz", [1]);
        Message(() => Cifar10.Read(_folder.Path, train: true)).Should().Contain("unpack it first");
    }

    [Fact]
    public void Cifar10_WrongNamesFile_Fails()
    {
        Sparse("test_batch.bin", Official10, 0);
        _folder.Write("batches.meta.txt", "cat\ndog"u8.ToArray());
        Message(() => Cifar10.Read(_folder.Path, train: false)).Should().Contain("expected 10 names of classes").And.Contain("found 2");
    }

    [Fact]
    public void Cifar10_LabelOutOfRange_NamesTheRecord()
    {
        byte[] file = Make.Cifar(12);
        file[7 * 3073] = 10;
        Message(() => Cifar10.Read(_folder.Write("x", file), train: true)).Should().Contain("labels from 0 to 9, found 10 in record 7");
    }

    [Fact]
    public void Cifar10_CutWithinARecord_Fails()
    {
        byte[] file = Make.Cifar(2);
        Fuzz.EveryCutFails(file, Enumerable.Range(0, file.Length).Where(n => n % 3073 != 0 && n % 17 == 0).Prepend(0), Read10);
    }

    [Fact]
    public void Cifar10_Damaged_ThrowsOnlyDatasetExceptions() => Fuzz.OnlyDatasetExceptions(Make.Cifar(2), 300, Read10);

    [Fact]
    public void Cifar10_ForeignFile_SaysWhatItLooksLike() =>
        Message(() => Cifar10.Read(_folder.Write("x", Make.Gzip(Make.Cifar(1))), train: true)).Should().Contain("gzip");

    [Fact]
    public void Cifar10_NothingThere_NamesThePath() =>
        Assert.Throws<DatasetException>(() => Cifar10.Read(_folder["none"], train: true)).Path.Should().Be(_folder["none"]);

    [Fact]
    public void Cifar100_SingleFile_GivesFineOrCoarseLabels()
    {
        string path = _folder.Write("x.bin", Make.Cifar(11, labelBytes: 2));
        using ImageSet fine = Cifar100.Read(path, train: true);
        using ImageSet coarse = Cifar100.Read(path, train: true, Cifar100Labels.Coarse);
        fine.Labels.Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
        coarse.Labels.Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
        fine.ClassNames.Should().HaveCount(100).And.OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
        coarse.ClassNames.Should().HaveCount(20).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void Cifar100_OfficialLayout_ReadsThePartAndTheNames()
    {
        Sparse("cifar-100-binary/test.bin", 10_000 * 3074, 3);
        byte[] names = System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 20)));
        _folder.Write("cifar-100-binary/coarse_label_names.txt", names);
        using ImageSet test = Cifar100.Read(_folder.Path, train: false, Cifar100Labels.Coarse);
        test.Count.Should().Be(10_000);
        test.Labels![0].Should().Be(3);
        test.ClassNames.Should().HaveCount(20).And.EndWith("19");
        Message(() => Cifar100.Read(_folder.Path, train: true)).Should().Contain("train.bin");
    }

    [Theory]
    [InlineData(0, 20, "0 to 19, found 20")]
    [InlineData(1, 100, "0 to 99, found 100")]
    public void Cifar100_LabelOutOfRange_Fails(int position, byte label, string message)
    {
        byte[] file = Make.Cifar(3, labelBytes: 2);
        file[3074 + position] = label;
        Message(() => Cifar100.Read(_folder.Write("x", file), train: true)).Should().Contain(message + " in record 1");
    }

    private static string Message(Func<ImageSet> read) => Assert.Throws<DatasetException>(read).Message;

    private void Read10(byte[] bytes) => Cifar10.Read(_folder.Write("x", bytes), train: true).Dispose();

    private void Sparse(string name, long length, byte first)
    {
        using FileStream file = File.OpenWrite(_folder.Write(name, [first]));
        file.SetLength(length);
    }
}
