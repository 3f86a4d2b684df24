namespace InfoMax.Datasets.Tests;

public sealed class ArchivePathsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> BadNames() =>
    [
        "../x", "a/../../x", "/x", "a\\..\\x", "C:/x", "a/..", "x:y", "..", "a/ b", "a/b.", "a /b", "con", "a/NUL.txt", "com1",
        new string('n', 300), "a\u0001", "a*",
    ];

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Extract_NameThatLeavesOrIsNone_IsRefused(string name)
    {
        Refused(MakeArchive.Tar((name, [1]))).Should().Contain("(entry \"");
        Refused(MakeArchive.Zip((name, [1]))).Should().Contain("(entry \"");
        Directory.GetFileSystemEntries(_folder.Path).Should().ContainSingle("nothing but the archive may be there");
    }

    [Theory]
    [InlineData("set/\uD83D.bin", "expected a name in UTF-8")]
    [InlineData(
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀" +
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "at most 255 bytes")]
    [InlineData("😀:", "(entry \"😀:\")")]
    public void Extract_NameThatCannotBeWritten_SaysWhy(string name, string reason) =>
        Refused(MakeArchive.Zip((name, [1]))).Should().Contain(reason);

    [Fact]
    public void Extract_NamesThatDifferInTheirNormalForm_AreRefused() =>
        Refused(MakeArchive.Zip(("caf\u00E9/1", [1]), ("cafe\u0301/2", [1]))).Should().Contain("expected every name once");

    private string Refused(byte[] archive)
    {
        string path = _folder.Write("x", archive);
        return Assert.Throws<DatasetException>(() => DatasetArchive.Extract(path, _folder["out"])).Message;
    }
}
