using SkiaSharp;

namespace InfoMax.Datasets.Tests;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly ImageFolderOptions Small = new() { Size = 8 };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ClassFolders_LabelsInOrdinalOrderOfTheirNames()
    {
        foreach (string name in new[] { "b/2.png", "b/10.png", "a/x.png", "B/deep/er/y.png" })
        {
            _folder.Write(name, Png(SKColors.Red));
        }

        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.ClassNames.Should().Equal("B", "a", "b");
        set.Names.Should().Equal("B/deep/er/y.png", "a/x.png", "b/10.png", "b/2.png");
        set.Labels.Should().Equal(0, 1, 2, 2);
        set.Images.shape.Should().Equal(4, 3, 8, 8);
    }

    [Fact]
    public void Read_FlatFolder_HasNoLabels()
    {
        _folder.Write("b.png", Png(SKColors.Red));
        _folder.Write("a.png", Png(SKColors.Blue));
        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.HasLabels.Should().BeFalse();
        set.Labels.Should().BeNull();
        set.ClassNames.Should().BeEmpty();
        set.Names.Should().Equal("a.png", "b.png");
        set.Invoking(s => s.ToLabeled()).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Read_SingleFolderBelow_HasNoLabelsUnlessAsked()
    {
        _folder.Write("photos/2020/a.png", Png(SKColors.Red));
        using ImageSet auto = ImageFolder.Read(_folder.Path, Small);
        auto.HasLabels.Should().BeFalse();
        using ImageSet asked = ImageFolder.Read(_folder.Path, Small with { Labels = FolderLabels.FromFolders });
        asked.ClassNames.Should().Equal("photos");
        using ImageSet expected = ImageFolder.Read(_folder.Path, Small with { ClassNames = ["other", "photos"] });
        expected.Labels.Should().Equal(1);
    }

    [Fact]
    public void Read_ImagesBesideClassFolders_AsksWhich()
    {
        _folder.Write("a/1.png", Png(SKColors.Red));
        _folder.Write("b/1.png", Png(SKColors.Red));
        _folder.Write("stray.png", Png(SKColors.Red));
        Fails().Should().Contain("stray.png").And.Contain("ImageFolderOptions.Labels");
        using ImageSet labeled = ImageFolder.Read(_folder.Path, Small with { Labels = FolderLabels.FromFolders });
        labeled.Count.Should().Be(2);
        labeled.Skipped.Should().ContainSingle().Which.Name.Should().Be("stray.png");
        using ImageSet unlabeled = ImageFolder.Read(_folder.Path, Small with { Labels = FolderLabels.None });
        unlabeled.Count.Should().Be(3);
    }

    [Fact]
    public void Read_ClassNamesGiven_FixesTheLabels()
    {
        _folder.Write("c/1.png", Png(SKColors.Red));
        _folder.Write("a/1.png", Png(SKColors.Red));
        using ImageSet set = ImageFolder.Read(_folder.Path, Small with { ClassNames = ["a", "b", "c"] });
        set.Labels.Should().Equal(0, 2);
        set.ClassNames.Should().Equal("a", "b", "c");
        Fails(Small with { ClassNames = ["a", "b"] }).Should().Contain("expected the class folders a, b, found another, c");
    }

    [Fact]
    public void Read_OtherAndHiddenFiles_PassesThemOver()
    {
        _folder.Write("a/1.png", Png(SKColors.Red));
        _folder.Write("b/1.png", Png(SKColors.Red));
        string[] others =
            ["LICENSE", "a/Thumbs.db", "a/.DS_Store", "a/notes.txt", "a/._1.png", ".cache/x.png", "__MACOSX/a/1.png", "empty/readme"];
        foreach (string other in others)
        {
            _folder.Write(other, [1, 2, 3]);
        }

        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.Names.Should().Equal("a/1.png", "b/1.png");
        set.Skipped.Should().BeEmpty();
    }

    [Theory]
    [InlineData("not an image at all", "expected an image (JPEG, PNG, BMP, GIF or WebP), found bytes 6E6F7420")]
    [InlineData("", "empty file")]
    [InlineData("<html>", "a web page")]
    public void Read_BadFile_FailsWithItsNameAndReason(string content, string reason)
    {
        _folder.Write("a.png", Png(SKColors.Red));
        string bad = _folder.Write("b.jpg", System.Text.Encoding.ASCII.GetBytes(content));
        _folder.Write("c.jpg", []);
        var thrown = Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, Small));
        thrown.Path.Should().Be(bad);
        thrown.Message.Should().StartWith(bad).And.Contain(reason);
    }

    [Fact]
    public void Read_BadFilesSkipped_ListsThemAndKeepsTheOrder()
    {
        var random = new Random(5);
        var good = new List<string>();
        for (int i = 0; i < 1300; i++)
        {
            string name = $"{i:D4}.png";
            bool bad = i % 7 == 0 || (i > 500 && i < 600);
            _folder.Write(name, bad ? Make.Noise(20, i + 1) : Png(new SKColor((byte)(i % 256), (byte)(i / 256), 77)));
            if (!bad)
            {
                good.Add(name);
            }
        }

        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = 2, OnBadFile = BadFilePolicy.Skip });
        set.Names.Should().Equal(good);
        set.Skipped.Should().HaveCount(1300 - good.Count);
        set.Skipped.Select(s => s.Name).Should().BeInAscendingOrder(StringComparer.Ordinal);
        set.Skipped[0].Should().Match<FileNote>(s => s.Name == "0000.png" && s.Reason.StartsWith("expected an image"));
        byte[] pixels = set.Images.bytes.ToArray();
        for (int i = 0; i < good.Count; i++)
        {
            int number = int.Parse(good[i][..4], System.Globalization.CultureInfo.InvariantCulture);
            (pixels[i * 12], pixels[(i * 12) + 4], pixels[(i * 12) + 8])
                .Should().Be(((byte)(number % 256), (byte)(number / 256), (byte)77));
        }
    }

    [Fact]
    public void Read_NothingToRead_SaysWhatIsThere()
    {
        Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder["none"])).Message.Should().Contain("nothing there");
        Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Write("f", [1]))).Message.Should().Contain("found a file");
        Fails().Should().Contain("1 × no extension");
        _folder.Write("a.jpg", [1]);
        Fails(Small with { OnBadFile = BadFilePolicy.Skip })
            .Should().Contain("found only files that cannot be read as such, 1 in all").And.Contain("a.jpg");
    }

    [Fact]
    public void Read_UnreadFormat_IsABadFile()
    {
        _folder.Write("a.tif", [.. "II*\0"u8, 8, 0, 0, 0]);
        Fails().Should().Contain("a.tif").And.Contain("expected an image (JPEG, PNG, BMP, GIF or WebP)");
    }

    [Fact]
    public void Read_LoopsAndDanglingLinks_Ends()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        _folder.Write("a/1.png", Png(SKColors.Red));
        _folder.Write("b/1.png", Png(SKColors.Red));
        Directory.CreateSymbolicLink(_folder["a/up"], _folder.Path);
        Directory.CreateSymbolicLink(_folder["a/across"], _folder["b"]);
        Directory.CreateSymbolicLink(_folder["b/across"], _folder["a"]);
        Directory.CreateSymbolicLink(_folder["b/self"], _folder["b/self"]);
        Directory.CreateSymbolicLink(_folder["b/gone"], _folder["nowhere"]);
        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.Count.Should().Be(2);
        File.CreateSymbolicLink(_folder["b/gone.png"], _folder["nowhere.png"]);
        Fails().Should().Contain("gone.png");
    }

    [Fact]
    public void Read_LinkedClassFolderAndFile_Reads()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        using var elsewhere = new TempFolder();
        string one = elsewhere.Write("1.png", Png(SKColors.Red));
        Directory.CreateSymbolicLink(_folder["a"], elsewhere.Path);
        Directory.CreateDirectory(_folder["b"]);
        File.CreateSymbolicLink(_folder["b/2.png"], one);
        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.Names.Should().Equal("a/1.png", "b/2.png");
    }

    [Fact]
    public void Read_Progress_EndsWithTheTotalOnTheCallingThread()
    {
        for (int i = 0; i < 600; i++)
        {
            _folder.Write($"{i}.png", Png(SKColors.Red));
        }

        var progress = new Recorder();
        using ImageSet set = ImageFolder.Read(_folder.Path, new ImageFolderOptions { Size = 1 }, progress);
        progress.Reports.Select(report => (report.Done, report.Total)).Should().Equal((512, 600), (600, 600));
        progress.Threads.Should().AllBeEquivalentTo(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void Read_Canceled_Stops()
    {
        _folder.Write("1.png", Png(SKColors.Red));
        using var source = new CancellationTokenSource();
        source.Cancel();
        _folder.Invoking(f => ImageFolder.Read(f.Path, Small, cancellationToken: source.Token))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Size = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Width = 4097 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Height = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Channels = 2 });
        Assert.Throws<ArgumentException>(() => new ImageFolderOptions { ClassNames = ["a", "a"] });
        Assert.Throws<ArgumentException>(() => new ImageFolderOptions { ClassNames = [] });
        Assert.Throws<ArgumentNullException>(() => ImageFolder.Read(null!));
    }

    private static byte[] Png(SKColor color) => Make.Encode(Make.Plain(color, 4, 4));

    private string Fails(ImageFolderOptions? options = null) =>
        Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, options ?? Small)).Message;

    private sealed class Recorder : IProgress<DatasetProgress>
    {
        public List<DatasetProgress> Reports { get; } = [];

        public List<int> Threads { get; } = [];

        public void Report(DatasetProgress value)
        {
            Reports.Add(value);
            Threads.Add(Environment.CurrentManagedThreadId);
        }
    }
}
