using TorchSharp;

namespace InfoMax.Datasets.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadImages_PlainOrGzip_GivesTheBytesInOrder(bool gzip)
    {
        byte[] file = Make.IdxImages(7);
        using torch.Tensor images = IdxFile.ReadImages(_folder.Write("x", gzip ? Make.Gzip(file) : file));
        images.shape.Should().Equal(7, 1, 4, 5);
        images.dtype.Should().Be(torch.ScalarType.Byte);
        images.bytes.ToArray().Should().Equal(file[16..]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadLabels_PlainOrGzip_GivesTheLabelsInOrder(bool gzip)
    {
        byte[] file = Make.IdxLabels(3, 1, 255);
        IdxFile.ReadLabels(_folder.Write("x", gzip ? Make.Gzip(file) : file)).Should().Equal(3, 1, 255);
    }

    [Fact]
    public void ReadImages_LargerThanOneChunk_GivesAllBytes()
    {
        byte[] file = Make.IdxImages(100, 300, 301);
        using torch.Tensor images = IdxFile.ReadImages(_folder.Write("x", Make.Gzip(file)));
        images.bytes.SequenceEqual(file.AsSpan(16)).Should().BeTrue();
    }

    [Fact]
    public void ReadImages_PlainCutAnywhere_Fails()
    {
        byte[] file = Make.IdxImages(3);
        Fuzz.EveryCutFails(file, Enumerable.Range(0, file.Length), ReadImages);
    }

    [Fact]
    public void ReadImages_GzipCutAnywhere_Fails()
    {
        byte[] file = Make.Gzip(Make.IdxImages(20));
        Fuzz.EveryCutFails(file, Enumerable.Range(0, file.Length), ReadImages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadImages_Damaged_ThrowsOnlyDatasetExceptions(bool gzip)
    {
        byte[] file = Make.IdxImages(20);
        Fuzz.OnlyDatasetExceptions(gzip ? Make.Gzip(file) : file, 500, ReadImages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadLabels_Damaged_ThrowsOnlyDatasetExceptions(bool gzip)
    {
        byte[] file = Make.IdxLabels(Make.Noise(200));
        Fuzz.OnlyDatasetExceptions(gzip ? Make.Gzip(file) : file, 300, bytes => IdxFile.ReadLabels(_folder.Write("fuzz", bytes)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadImages_MoreThanTheHeaderSays_Fails(bool gzip)
    {
        byte[] file = [.. Make.IdxImages(3), 0];
        Message(() => ReadImages(gzip ? Make.Gzip(file) : file))
            .Should().Contain("expected the end after 60 bytes").And.Contain("found more");
    }

    [Fact]
    public void ReadImages_BytesAfterTheEndOfGzip_Fails() =>
        Message(() => ReadImages([.. Make.Gzip(Make.IdxImages(3)), 1, 2, 3, 4, 5, 6, 7, 8])).Should().Contain("gzip");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadImages_HeaderClaimsMoreThanThereIs_FailsWithoutTheMemory(bool gzip)
    {
        byte[] file = Make.Idx(8, [60_000, 180, 180], Make.Noise(100));
        byte[] bytes = gzip ? Make.Gzip(file) : file;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Message(() => ReadImages(bytes)).Should().Contain("expected 1944000000 bytes of images (60000 × 180 × 180)");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(32 << 20);
    }

    [Fact]
    public void ReadImages_GzipThatClaimsLessThanItHolds_StopsAtTheClaim()
    {
        byte[] bomb = Make.Gzip([.. Make.IdxImages(1), .. new byte[200 << 20]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Message(() => ReadImages(bomb)).Should().Contain("found more");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(32 << 20);
    }

    [Theory]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue)]
    [InlineData(0u, 28u, 28u)]
    [InlineData(5u, 0u, 28u)]
    public void ReadImages_AbsurdDimensions_Fails(uint n, uint h, uint w) =>
        Message(() => ReadImages(Make.Idx(8, [n, h, w], []))).Should().Contain($"{n} × {h} × {w}");

    [Fact]
    public void ReadImages_FileOfLabels_SaysSo() =>
        Message(() => ReadImages(Make.IdxLabels(1, 2, 3)))
            .Should().Contain("an IDX file of images").And.Contain("found an IDX file of labels");

    [Fact]
    public void ReadLabels_FileOfImages_SaysSo() =>
        Message(() => IdxFile.ReadLabels(_folder.Write("x", Make.IdxImages(1)))).Should().Contain("found an IDX file of images");

    [Fact]
    public void ReadImages_OtherValueType_SaysSo() =>
        Message(() => ReadImages(Make.Idx(0x0D, [1, 2, 2], new byte[16]))).Should().Contain("not unsigned bytes");

    [Fact]
    public void ReadImages_OtherRank_SaysSo() =>
        Message(() => ReadImages(Make.Idx(8, [1, 2, 2, 3], new byte[12]))).Should().Contain("4 dimensions");

    [Theory]
    [InlineData("504B0304000000000000", "zip")]
    [InlineData("FD377A585A0000000000", "xz")]
    [InlineData("3C21444F435459504500", "web page")]
    [InlineData("DEADBEEF000000000000", "DEADBEEF")]
    public void ReadImages_ForeignFile_SaysWhatItLooksLike(string hex, string what) =>
        Message(() => ReadImages(Convert.FromHexString(hex))).Should().Contain(what);

    [Fact]
    public void ReadImages_ForeignGzip_Fails() =>
        Message(() => ReadImages(Make.Gzip("hello, this is some text"u8.ToArray()))).Should().Contain("68656C6C");

    [Fact]
    public void ReadImages_MissingFolderOrEmpty_NamesThePath()
    {
        var missing = Assert.Throws<DatasetException>(() => IdxFile.ReadImages(_folder["none"]));
        missing.Path.Should().Be(_folder["none"]);
        missing.Message.Should().StartWith(_folder["none"]).And.Contain("nothing there");
        Message(() => IdxFile.ReadImages(_folder.Path)).Should().Contain("found a folder");
        Message(() => ReadImages([])).Should().Contain("empty");
    }

    [Fact]
    public void ReadImages_Null_ThrowsArgumentNull() =>
        Assert.Throws<ArgumentNullException>(() => IdxFile.ReadImages(null!));

    private static string Message(Action action) => Assert.Throws<DatasetException>(action).Message;

    private void ReadImages(byte[] bytes) => IdxFile.ReadImages(_folder.Write("x", bytes)).Dispose();
}
