using System.Buffers.Binary;

namespace InfoMax.Core.Tests;

public sealed class NativeLibraryRepairTests : IDisposable
{
    private readonly NativeLibraryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void One_flag_is_set_and_nothing_else_changes()
    {
        byte[] shipped = File.ReadAllBytes(NativeLibraryFiles.Shipped);
        long flags = TorchSharpElf.FindFlags(shipped);
        TorchSharpElf.IsWeak(shipped, flags).Should().BeFalse();

        TorchSharpElf.MarkInPlace(_files.Library).Should().BeTrue();

        byte[] repaired = File.ReadAllBytes(_files.Library);
        long[] changed = [.. Enumerable.Range(0, shipped.Length).Where(i => shipped[i] != repaired[i]).Select(i => (long)i)];
        changed.Should().Equal(flags);
        (repaired[flags] ^ shipped[flags]).Should().Be(2);
        repaired.Should().HaveSameCount(shipped);
    }

    [Fact]
    public void A_second_repair_does_nothing()
    {
        TorchSharpElf.MarkInPlace(_files.Library).Should().BeTrue();
        byte[] once = File.ReadAllBytes(_files.Library);

        TorchSharpElf.MarkInPlace(_files.Library).Should().BeFalse();

        File.ReadAllBytes(_files.Library).AsSpan().SequenceEqual(once).Should().BeTrue();
    }

    [Fact]
    public void The_repaired_file_keeps_its_time_and_mode_and_leaves_nothing_beside_it()
    {
        var time = new DateTime(2021, 3, 4, 5, 6, 7, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_files.Library, time);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_files.Library, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        }

        TorchSharpElf.MarkInPlace(_files.Library).Should().BeTrue();

        File.GetLastWriteTimeUtc(_files.Library).Should().Be(time);
        Directory.GetFileSystemEntries(_files.Folder).Should().Equal(_files.Library);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_files.Library).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        }
    }

    [Fact]
    public void A_link_is_replaced_by_a_file_and_what_it_points_to_is_left_as_it_is()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Making a symbolic link takes a privilege there.
        }

        byte[] shipped = File.ReadAllBytes(_files.Library);
        DateTime time = File.GetLastWriteTimeUtc(_files.Library);
        string link = Path.Combine(_files.Folder, "link.so");
        File.CreateSymbolicLink(link, _files.Library);

        TorchSharpElf.MarkInPlace(link).Should().BeTrue();

        File.ResolveLinkTarget(link, false).Should().BeNull();
        File.GetLastWriteTimeUtc(link).Should().Be(time, "the copy step recognizes an unchanged file by the time of the original");
        TorchSharpElf.FlagsToMark(link).Should().Be(-1);
        File.ReadAllBytes(_files.Library).AsSpan().SequenceEqual(shipped).Should().BeTrue();
    }

    [Fact]
    public void A_copy_to_publish_is_repaired_and_its_original_is_not()
    {
        byte[] shipped = File.ReadAllBytes(_files.Library);
        string copy = Path.Combine(_files.Folder, "runtimes", "linux-x64", "native", TorchSharpElf.FileName);

        TorchSharpElf.MarkCopy(_files.Library, copy).Should().BeTrue();

        TorchSharpElf.FlagsToMark(copy).Should().Be(-1);
        File.ReadAllBytes(_files.Library).AsSpan().SequenceEqual(shipped).Should().BeTrue();
        DateTime written = File.GetLastWriteTimeUtc(copy);
        TorchSharpElf.MarkCopy(_files.Library, copy).Should().BeTrue();
        File.GetLastWriteTimeUtc(copy).Should().Be(written, "the copy was there already");
    }

    [Fact]
    public void A_copy_left_by_another_version_is_replaced()
    {
        string copy = Path.Combine(_files.Folder, "copy.so");
        File.WriteAllText(copy, "something else");

        TorchSharpElf.MarkCopy(_files.Library, copy).Should().BeTrue();

        TorchSharpElf.FlagsToMark(copy).Should().Be(-1);
        new FileInfo(copy).Length.Should().Be(new FileInfo(_files.Library).Length);
    }

    [Fact]
    public void A_library_that_asks_for_no_such_version_is_left_as_it_is()
    {
        byte[] other = File.ReadAllBytes(_files.Library);
        int at = other.AsSpan().IndexOf("GLIBCXX_3.4.32\0"u8);
        "GLIBCXX_3.4.21\0"u8.CopyTo(other.AsSpan(at));
        File.WriteAllBytes(_files.Library, other);

        TorchSharpElf.FindFlags(other).Should().Be(-1);
        TorchSharpElf.MarkInPlace(_files.Library).Should().BeFalse();
        TorchSharpElf.MarkCopy(_files.Library, Path.Combine(_files.Folder, "copy.so")).Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(100_000)]
    [InlineData(-1)]
    [InlineData(-2000)]
    public void A_truncated_file_is_refused_and_left_as_it_is(int length)
    {
        byte[] whole = File.ReadAllBytes(_files.Library);
        Refuses(length < 0 ? whole[..^-length] : whole[..length], length < 4 && length >= 0 ? "not an ELF file" : "truncated");
    }

    [Fact]
    public void A_foreign_file_is_refused() => Refuses([.. "MZ, a library of another system, or a page of HTML"u8], "not an ELF file");

    [Fact]
    public void A_32_bit_file_is_refused() => Refuses(Changed(4, 1), "not a 64-bit ELF file");

    [Fact]
    public void A_big_endian_file_is_refused() => Refuses(Changed(5, 2), "not a little-endian ELF file");

    [Fact]
    public void A_file_without_sections_is_refused() => Refuses(Changed(0x3C, 0, 0), "no section table");

    [Fact]
    public void A_version_table_that_ends_early_is_refused()
    {
        byte[] file = File.ReadAllBytes(_files.Library);
        int table = (int)Section(file, 0x6ffffffe);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(table + 12), 0);
        Refuses(file, "ends after 1 of");
    }

    [Fact]
    public void A_version_table_that_points_outside_the_file_is_refused()
    {
        byte[] file = File.ReadAllBytes(_files.Library);
        int table = (int)Section(file, 0x6ffffffe);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(table + 4), int.MaxValue);
        Refuses(file, "truncated or damaged");
    }

    private static long Section(byte[] file, int type)
    {
        int headers = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(0x28));
        int count = BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(0x3C));
        return Enumerable.Range(0, count)
            .Select(s => headers + (s * 64))
            .Where(s => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(s + 4)) == type)
            .Select(s => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(s + 24)))
            .Single();
    }

    private byte[] Changed(int at, params byte[] values)
    {
        byte[] file = File.ReadAllBytes(_files.Library);
        values.CopyTo(file, at);
        return file;
    }

    private void Refuses(byte[] content, string because)
    {
        File.WriteAllBytes(_files.Library, content);

        Action repair = () => TorchSharpElf.MarkInPlace(_files.Library);

        repair.Should().Throw<InvalidDataException>().WithMessage($"*{_files.Library}*{because}*left as it is*");
        File.ReadAllBytes(_files.Library).AsSpan().SequenceEqual(content).Should().BeTrue();
        Directory.GetFileSystemEntries(_files.Folder).Should().Equal(_files.Library);
    }
}
