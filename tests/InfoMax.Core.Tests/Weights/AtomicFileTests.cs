using InfoMax.Weights;

namespace InfoMax.Core.Tests.Weights;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("infomax-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(217)]
    [InlineData(218)]
    [InlineData(255)]
    public void Write_LongName_WritesTheFileAndNothingElse(int length)
    {
        string path = At(new string('n', length - 4) + ".bin");
        Write(path, 1);
        Write(path, 2);
        File.ReadAllBytes(path).Should().Equal(2);
        _folder.GetFiles().Should().ContainSingle();
    }

    [Fact]
    public void Write_ThroughALink_ReplacesWhatItLeadsToAndKeepsTheLink()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        Directory.CreateDirectory(At("below"));
        Write(At("below/real"), 1);
        File.CreateSymbolicLink(At("link"), "below/real");
        File.CreateSymbolicLink(At("chain"), "link");
        Write(At("chain"), 2);
        File.ReadAllBytes(At("below/real")).Should().Equal(2);
        new FileInfo(At("link")).LinkTarget.Should().Be("below/real");
        new FileInfo(At("chain")).LinkTarget.Should().Be("link");
        File.CreateSymbolicLink(At("dangling"), "below/new");
        Write(At("dangling"), 3);
        File.ReadAllBytes(At("below/new")).Should().Equal(3);
        Directory.GetFiles(At("below")).Should().HaveCount(2);
    }

    [Fact]
    public void Write_LinkToAFolderOrInACircle_Throws()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Links need a privilege there.
        }

        Directory.CreateDirectory(At("below"));
        Directory.CreateSymbolicLink(At("folder"), "below");
        File.CreateSymbolicLink(At("self"), "self");
        FluentActions.Invoking(() => Write(At("folder"), 1)).Should().Throw<CheckpointException>().WithMessage("*found a folder*");
        FluentActions.Invoking(() => Write(At("self"), 1)).Should().Throw<CheckpointException>();
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead)]
    public void Write_OverAFile_KeepsItsMode(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Rights are of another kind there.
        }

        Write(At("file"), 1);
        File.SetUnixFileMode(At("file"), mode);
        Write(At("file"), 2);
        File.GetUnixFileMode(At("file")).Should().Be(mode);
        File.ReadAllBytes(At("file")).Should().Equal(2);
    }

    [Fact]
    public void Write_Fails_LeavesTheOldFileAndNoDraft()
    {
        Write(At("file"), 1);
        FluentActions.Invoking(() => AtomicFile.Write(At("file"), _ => throw new IOException(
            "full"))).Should().Throw<CheckpointException>();
        File.ReadAllBytes(At("file")).Should().Equal(1);
        _folder.GetFiles().Should().ContainSingle();
    }

    private static void Write(string path, byte content) => AtomicFile.Write(path, stream => stream.WriteByte(content));

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
