using System.Formats.Tar;

namespace InfoMax.Datasets.Tests;

public sealed class DatasetArchiveTests : IDisposable
{
    private static readonly (string, byte[])[] Files =
        [("set/", []), ("set/a.bin", Make.Noise(3000)), ("set/deep/er/b.txt", "b"u8.ToArray()), ("./c", []), ("last", Make.Noise(600, 2))];

    private static readonly (string, byte[])[] Few = [("set/a.bin", Make.Noise(700)), ("b", Make.Noise(60, 2))];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void Extract_GoodArchive_GivesItsFilesAndNothingElse(string kind)
    {
        var seen = new List<DatasetProgress>();
        string archive = _folder.Write("x", Archive(kind, Files));
        Directory.CreateDirectory(_folder["out.part/left"]);
        DatasetArchive.Extract(archive, _folder["out"], progress: new Direct<DatasetProgress>(seen.Add));
        Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder["out"], f).Replace('\\', '/'))
            .Should().BeEquivalentTo("set/a.bin", "set/deep/er/b.txt", "c", "last");
        File.ReadAllBytes(_folder["out/set/a.bin"]).Should().Equal(Make.Noise(3000));
        Directory.Exists(_folder["out.part"]).Should().BeFalse();
        long length = new FileInfo(archive).Length;
        seen.Select(p => (p.Activity, p.Done, p.Total)).Should().Equal(("unpacking x", length, length));
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("zip")]
    public void Extract_NamesBeyondTheSixteenBitPlane_WritesThem(string kind)
    {
        // An emoji, a Chinese character of plane 2, and as many bytes as a name can have.
        string[] names = ["set/😀.bin", "𠀀/b.bin", $"set/{string.Concat(Enumerable.Repeat("😀", 63))}.bi"];
        string archive = _folder.Write("x", Archive(kind, [.. names.Select(name => (name, new byte[] { 1 }))]));
        DatasetArchive.Extract(archive, _folder["out"]);
        names.Should().OnlyContain(name => File.Exists(_folder[$"out/{name}"]));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    public void Extract_LinkOrDeviceInTar_IsRefused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "odd");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "a";
        }

        Refused(MakeArchive.Tar(new PaxTarEntry(TarEntryType.RegularFile, "a"), entry)).Should().Contain($"found a {type} (entry \"odd\")");
    }

    [Theory]
    [InlineData(0xA1FF)]
    [InlineData(0x6180)]
    public void Extract_LinkOrDeviceInZip_IsRefused(int mode) =>
        Refused(MakeArchive.ZipOfMode(mode)).Should().Contain("found a link or a special file (entry \"odd\")");

    [Theory]
    [InlineData("a", "a", "found it again")]
    [InlineData("a", "A", "found it again")]
    [InlineData("a", "./a", "found it again")]
    [InlineData("a/b", "A/c", "found \"a\" before")]
    [InlineData("a", "a/b", "found a file of the same name before")]
    [InlineData("a/b", "a", "found it again")]
    public void Extract_NameTwice_IsRefused(string first, string second, string expected)
    {
        Refused(MakeArchive.Tar((first, [1]), (second, [2]))).Should().Contain(expected);
        Refused(MakeArchive.Zip((first, [1]), (second, [2]))).Should().Contain(expected);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void Extract_BeyondTheLimits_IsRefused(string kind)
    {
        byte[] many = Archive(kind, [.. Enumerable.Range(0, 20).Select(i => ($"f{i}", new byte[] { 1 }))]);
        Refused(many, maxEntries: 19).Should().Contain("at most 19 entries");
        byte[] large = Archive(kind, [("zeros", new byte[5_000_000])]);
        Refused(large, maxBytes: 1_000_000).Should().Contain("unpacks to at most 1000000 bytes, found more");
        Assert.Throws<ArgumentOutOfRangeException>(() => DatasetArchive.Extract("x", "y", maxEntries: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => DatasetArchive.Extract("x", "y", maxBytes: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { MaxUnpackedEntries = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownloadOptions { MaxUnpackedBytes = 0 });
    }

    [Fact]
    public void Extract_ZipWithAFalseLength_IsRefused()
    {
        byte[] zip = MakeArchive.Zip(("zeros", new byte[100_000]));
        int directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] less = [.. zip];
        BitConverter.GetBytes(99_000).CopyTo(less, directory + 24);
        Refused(less).Should().Contain("(entry \"zeros\")");
        byte[] more = [.. zip];
        BitConverter.GetBytes(101_000).CopyTo(more, directory + 24);
        Refused(more).Should().Contain("expected 101000 bytes");
        byte[] other = [.. zip];
        other[directory + 16] ^= 1;
        Refused(other).Should().Contain("checksum");
    }

    [Fact]
    public void Extract_TarHeaderThatClaimsMuchMemory_IsRefusedBeforeItCosts()
    {
        byte[] tar = MakeArchive.Tar(("a", [1]));
        tar[156] = (byte)'L';
        "17777777777\0"u8.CopyTo(tar.AsSpan(124));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(MakeArchive.Sign(tar)).Should().Contain("long names and attributes");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(16 << 20);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public void Extract_Cut_Fails(string kind)
    {
        byte[] whole = Archive(kind, Few);
        int end = kind == "tar" ? whole.Length - 1024 : whole.Length;
        Fuzz.EveryCutFails(whole, Enumerable.Range(0, end).Where(n => n % 37 == 0 || n > whole.Length - 24 || n % 512 == 0), Extract);
    }

    [Theory]
    [InlineData("tar", 500)]
    [InlineData("tar.gz", 500)]
    [InlineData("zip", 500)]
    public void Extract_Damaged_ThrowsOnlyDatasetExceptions(string kind, int rounds) =>
        Fuzz.OnlyDatasetExceptions(Archive(kind, Few), rounds, Extract);

    [Fact]
    public void Extract_DamagedHeadersWithRightChecksums_ThrowsOnlyDatasetExceptions()
    {
        byte[] tar = Archive("tar", Few);
        int[] headers =
            [.. Enumerable.Range(0, tar.Length / 512).Select(b => b * 512).Where(at => tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))];
        headers.Should().HaveCountGreaterThan(3);
        var random = new Random(3);
        for (int round = 0; round < 600; round++)
        {
            byte[] damaged = [.. tar];
            int header = headers[random.Next(headers.Length)];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                // Name, size, kind and format are where it hurts.
                int at = random.Next(5) switch
                {
                    0 => random.Next(100),
                    1 => 124 + random.Next(12),
                    2 => 156,
                    3 => 257 + random.Next(8),
                    _ => random.Next(512),
                };
                damaged[header + at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"0123457xgLKSD../\\ \0"[random.Next(18)];
            }

            Exception? thrown = Record.Exception(() => Extract(MakeArchive.Sign(damaged, header)));
            (thrown is null or DatasetException).Should().BeTrue("round {0} must not give {1}", round, thrown);
        }
    }

    [Fact]
    public void Extract_ForeignFile_SaysWhatItLooksLike()
    {
        Refused("<html>not found</html>"u8.ToArray()).Should().Contain("web page");
        Refused(Make.Gzip("just text"u8.ToArray())).Should().Contain("expected an intact tar, tar.gz or zip archive");
        Refused(MakeArchive.Zip()).Should().Contain("without");
        Assert.Throws<DatasetException>(() => DatasetArchive.Extract(_folder["none"], _folder["out"])).Message
            .Should().Contain("found nothing there");
    }

    [Fact]
    public void Extract_FolderThere_IsLeftAlone()
    {
        _folder.Write("out/mine", [1]);
        Refused(Archive("zip", Files)).Should().Contain("expected nothing there before unpacking");
        File.Exists(_folder["out/mine"]).Should().BeTrue();
    }

    [Fact]
    public void Extract_Canceled_LeavesNothing()
    {
        string archive = _folder.Write("x", Archive("tar.gz", Files));
        Action extract = () => DatasetArchive.Extract(archive, _folder["out"], cancellationToken: new CancellationToken(true));
        extract.Should().Throw<OperationCanceledException>();
        Directory.GetFileSystemEntries(_folder.Path).Should().ContainSingle();
    }

    private static byte[] Archive(string kind, (string, byte[])[] files) => kind switch
    {
        "zip" => MakeArchive.Zip(files),
        "tar" => MakeArchive.Tar(files),
        _ => Make.Gzip(MakeArchive.Tar(files)),
    };

    private string Refused(byte[] archive, long maxBytes = 1L << 34, int maxEntries = 1_000_000)
    {
        string path = _folder.Write("x", archive);
        return Assert.Throws<DatasetException>(() => DatasetArchive.Extract(path, _folder["out"], maxBytes, maxEntries)).Message;
    }

    private void Extract(byte[] archive)
    {
        string path = _folder.Write("x", archive);
        try
        {
            DatasetArchive.Extract(path, _folder["out"], maxBytes: 1 << 20);
        }
        finally
        {
            Directory.Exists(_folder["out.part"]).Should().BeFalse();
            if (Directory.Exists(_folder["out"]))
            {
                Directory.Delete(_folder["out"], recursive: true);
            }
        }
    }
}
