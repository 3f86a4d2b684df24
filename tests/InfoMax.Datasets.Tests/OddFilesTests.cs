using System.Diagnostics;
using SkiaSharp;

namespace InfoMax.Datasets.Tests;

/// <summary>
/// Folders with what folders of images have in them in practice: each odd file is reported and left out, or an exception, as asked.
/// </summary>
public sealed class OddFilesTests : IDisposable
{
    private static readonly ImageFolderOptions Small = new() { Size = 4 };
    private static readonly ImageFolderOptions Skipping = Small with { OnBadFile = BadFilePolicy.Skip };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_EverythingOddAtOnce_ReportsEachAndReadsTheRest()
    {
        _folder.Write("good.png", Png(SKColors.Red));
        _folder.Write("empty.png", []);
        _folder.Write("text.png", "a list of images"u8.ToArray());
        _folder.Write("cut.jpg", Make.Encode(Make.FourQuarters(), SKEncodedImageFormat.Jpeg)[..^40]);
        _folder.Write("folder.png/inside.png", Png(SKColors.Blue));
        _folder.Write(".hidden.png", Png(SKColors.Red));
        _folder.Write("large.png", Make.Encode(Make.Plain(SKColors.Red, 40, 30)));
        using ImageSet set = ImageFolder.Read(_folder.Path, Skipping with { MaxPixels = 1000, Labels = FolderLabels.None });
        set.Names.Should().Equal("folder.png/inside.png", "good.png");
        set.Skipped.Select(s => s.Name).Should().Equal("cut.jpg", "empty.png", "large.png", "text.png");
        set.Skipped.Select(s => s.Reason).Should().SatisfyRespectively(
            cut => cut.Should().Contain("truncated"),
            empty => empty.Should().Contain("empty file"),
            large => large.Should().Be("expected an image of at most 1000 pixels, found 40 × 30 in the header."),
            text => text.Should().Contain("expected an image (JPEG, PNG, BMP, GIF or WebP)"));
    }

    [Fact]
    public void Read_OddNames_ReadsThem()
    {
        string[] unix = OperatingSystem.IsWindows() ? [] : ["back\\slash.png", "new\nline.png", "star*?.png"];
        string[] names = ["%41.png", "&;$(x).png", "'quote\".png", "-rf.png", "a b .png", "ü ß 漢 😀.png", .. unix];
        foreach (string name in names)
        {
            _folder.Write(name, Png(SKColors.Red));
        }

        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.Names.Should().BeEquivalentTo(names).And.BeInAscendingOrder(StringComparer.Ordinal);
    }

    [Fact]
    public void Read_PipeAndNameThatIsNoText_AreBadFiles()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Others have no such names.
        }

        _folder.Write("good.png", Png(SKColors.Red));
        Shell("mkfifo pipe.png; cp good.png \"$(printf 'bad\\377.png')\"");
        try
        {
            using ImageSet set = ImageFolder.Read(_folder.Path, Skipping);
            set.Names.Should().Equal("good.png");
            set.Skipped.Should().HaveCount(2);
            Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, Small));
        }
        finally
        {
            Shell("rm -f bad*");
        }
    }

    [Fact]
    public void Read_WithoutPermission_ReportsFileAndFolder()
    {
        _folder.Write("good.png", Png(SKColors.Red));
        string file = _folder.Write("locked.png", Png(SKColors.Red));
        _folder.Write("shut/inside.png", Png(SKColors.Red));
        if (OperatingSystem.IsWindows())
        {
            return; // Rights are of another kind there.
        }

        File.SetUnixFileMode(file, UnixFileMode.None);
        File.SetUnixFileMode(_folder["shut"], UnixFileMode.None);
        try
        {
            if (CanRead(file))
            {
                return; // The administrator may read everything.
            }

            using ImageSet set = ImageFolder.Read(_folder.Path, Skipping);
            set.Names.Should().Equal("good.png");
            set.Skipped.Select(s => s.Name).Should().Equal("locked.png", "shut");
            set.Skipped.Should().OnlyContain(s => s.Reason.StartsWith("expected a readable "));
            Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, Small)).Path.Should().Be(_folder["shut"]);
        }
        finally
        {
            File.SetUnixFileMode(_folder["shut"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Read_Duplicates_AreKeptReportedSkippedOrRefused()
    {
        _folder.Write("a/1.png", Png(SKColors.Red));
        _folder.Write("a/2.png", Png(SKColors.Blue));
        _folder.Write("b/1.png", Png(SKColors.Red));
        _folder.Write("b/2.png", Png(SKColors.Green));
        _folder.Write("b/3.png", Png(SKColors.Red));
        using ImageSet ignored = ImageFolder.Read(_folder.Path, Small);
        using ImageSet reported = ImageFolder.Read(_folder.Path, Small with { OnDuplicate = DuplicatePolicy.Report });
        using ImageSet skipped = ImageFolder.Read(_folder.Path, Small with { OnDuplicate = DuplicatePolicy.Skip });
        (ignored.Count, ignored.Duplicates.Count).Should().Be((5, 0));
        reported.Count.Should().Be(5);
        reported.Skipped.Should().BeEmpty();
        reported.Duplicates.Select(d => (d.Name, d.Original)).Should().Equal(("b/1.png", "a/1.png"), ("b/3.png", "a/1.png"));
        string red = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Png(SKColors.Red)));
        reported.Duplicates.Should().OnlyContain(d => d.Sha256 == red);
        skipped.Names.Should().Equal("a/1.png", "a/2.png", "b/2.png");
        skipped.Labels.Should().Equal(0, 0, 1);
        skipped.Duplicates.Select(d => (d.Name, d.Original, d.Sha256))
            .Should().Equal(reported.Duplicates.Select(d => (d.Name, d.Original, d.Sha256)));
        skipped.Skipped.Select(s => s.Name).Should().Equal("b/1.png", "b/3.png");
        skipped.Skipped[0].Reason.Should().Contain("a/1.png").And.Contain(reported.Duplicates[0].Sha256);
        var refused =
            Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, Small with { OnDuplicate = DuplicatePolicy.Fail }));
        refused.Path.Should().Be(_folder["b/1.png"]);
    }

    [Fact]
    public void Read_Links_FollowsSkipsOrRefusesThem()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        using var elsewhere = new TempFolder();
        elsewhere.Write("out.png", Png(SKColors.Red));
        _folder.Write("a/1.png", Png(SKColors.Red));
        File.CreateSymbolicLink(_folder["a/inside.png"], "1.png");
        File.CreateSymbolicLink(_folder["a/outside.png"], elsewhere["out.png"]);
        Directory.CreateSymbolicLink(_folder["out"], elsewhere.Path);
        // By way of a link that leads out, though its text does not say so.
        File.CreateSymbolicLink(_folder["a/round.png"], "../out/out.png");
        File.CreateSymbolicLink(_folder["notes.txt"], elsewhere["notes.txt"]);
        ImageFolderOptions options = Skipping with { Labels = FolderLabels.None };
        Names(LinkPolicy.Follow).Should().Equal("a/1.png", "a/inside.png", "a/outside.png", "a/round.png", "out/out.png");
        Names(LinkPolicy.FollowInside).Should().Equal("a/1.png", "a/inside.png", "-a/outside.png", "-a/round.png", "-out");
        Names(LinkPolicy.Skip).Should().Equal("a/1.png", "-a/inside.png", "-a/outside.png", "-a/round.png", "-out");
        _folder.Invoking(_ => Names(LinkPolicy.Fail)).Should().Throw<DatasetException>().WithMessage("*expected no links*");
        Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, Small with { Links = LinkPolicy.FollowInside })).Message
            .Should().Contain("lead into the folder");

        string[] Names(LinkPolicy links)
        {
            using ImageSet set = ImageFolder.Read(_folder.Path, options with { Links = links });
            return [.. set.Names, .. set.Skipped.Select(s => "-" + s.Name)];
        }
    }

    [Theory]
    [InlineData(LinkPolicy.Follow)]
    [InlineData(LinkPolicy.FollowInside)]
    [InlineData(LinkPolicy.Skip)]
    public void Read_LinksInACircle_EndsAndListsThem(LinkPolicy links)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        _folder.Write("a/1.png", Png(SKColors.Red));
        Directory.CreateSymbolicLink(_folder["a/up"], "..");
        File.CreateSymbolicLink(_folder["a/self.png"], "self.png");
        File.CreateSymbolicLink(_folder["a/ping.png"], "pong.png");
        File.CreateSymbolicLink(_folder["a/pong.png"], "ping.png");
        using ImageSet set = ImageFolder.Read(_folder.Path, Skipping with { Links = links });
        set.Names.Should().Equal("a/1.png");
        set.Skipped.Select(s => s.Name).Should().Equal("a/ping.png", "a/pong.png", "a/self.png", "a/up");
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { MaxPixels = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { MaxPixels = 100_000_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { Links = (LinkPolicy)9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageFolderOptions { OnDuplicate = (DuplicatePolicy)9 });
    }

    private static byte[] Png(SKColor color) => Make.Encode(Make.Plain(color, 4, 4));

    private static bool CanRead(string file)
    {
        try
        {
            File.ReadAllBytes(file);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Shell(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder.Path })!;
        process.WaitForExit();
        process.ExitCode.Should().Be(0);
    }
}
