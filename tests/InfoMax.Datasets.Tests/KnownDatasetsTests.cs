namespace InfoMax.Datasets.Tests;

public sealed class KnownDatasetsTests
{
    private static readonly Uri Page = new("https://example.org/");
    private static readonly FileChecksum Checksum = FileChecksum.Md5(new string('A', 32));

    [Fact]
    public void All_HaveChecksumsAndDifferentNames()
    {
        KnownDatasets.All.Select(set => set.Id)
            .Should().Equal("mnist", "fashion-mnist", "cifar-10", "cifar-100", "stl-10", "tiny-imagenet", "eurosat");
        KnownDatasets.All.SelectMany(set => set.Files).Should().OnlyContain(file => file.Checksum != null);
        KnownDatasets.All.SelectMany(set => set.Files).Select(file => file.Checksum!.Hex).Should().OnlyHaveUniqueItems();
        KnownDatasets.Stl10.Files[0].Name.Should().Be("stl10_binary.tar.gz");
    }

    [Fact]
    public void FileChecksum_OtherThanHexadecimalDigits_Throws()
    {
        Checksum.ToString().Should().Be("MD5 " + new string('a', 32));
        FileChecksum.Md5(new string('a', 32)).ToString().Should().Be(Checksum.ToString());
        Assert.Throws<ArgumentException>(() => FileChecksum.Md5(new string('a', 31)));
        Assert.Throws<ArgumentException>(() => FileChecksum.Sha256(new string('g', 64)));
    }

    [Theory]
    [InlineData("ftp://example.org/a")]
    [InlineData("https://example.org/")]
    [InlineData("https://example.org/a%2Fb")]
    [InlineData("https://example.org/..%5Cb")]
    public void RemoteFile_BadAddressOrName_Throws(string address) =>
        Assert.Throws<ArgumentException>(() => new RemoteFile(new Uri(address), 1, Checksum));

    [Fact]
    public void RemoteFile_WithoutChecksumOverHttp_Throws()
    {
        Assert.Throws<ArgumentException>(() => new RemoteFile(new Uri("http://example.org/a"), 1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RemoteFile(new Uri("http://example.org/a"), 0, Checksum));
    }

    [Fact]
    public void KnownDataset_BadArguments_Throw()
    {
        var file = new RemoteFile(new Uri("https://example.org/a"), 1, null);
        Assert.Throws<ArgumentException>(() => new KnownDataset("../x", "x", Page, [file]));
        Assert.Throws<ArgumentException>(() => new KnownDataset("x", "x", Page, []));
        Assert.Throws<ArgumentException>(() => new KnownDataset("x", "x", Page, [file, file]));
        Assert.Throws<ArgumentException>(() => new KnownDataset("x", "x", Page, [file], "../y"));
    }

    [Fact]
    public void DownloadOptions_OutsideTheirRanges_Throw()
    {
        Assert.Throws<ArgumentException>(() => new DownloadOptions { Folder = "" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { MaxAttempts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { FirstDelay = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { MaxDelay = TimeSpan.FromDays(2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { StallTimeout = TimeSpan.Zero });
    }
}
