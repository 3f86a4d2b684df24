using SkiaSharp;

namespace InfoMax.Datasets.Tests;

public sealed class ClassFoldersTests : IDisposable
{
    private static readonly ImageFolderOptions Small = new() { Size = 8 };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("caf\u00E9", "cafe\u0301", "U+00E9", "U+0065 U+0301")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C", "U+1112 U+1161 U+11AB", "U+D55C")]
    [InlineData("\u304C", "\u304B\u3099", "U+304C", "U+304B U+3099")]
    [InlineData("\u0439", "\u0438\u0306", "U+0439", "U+0438 U+0306")]
    public void Read_ClassFoldersThatDifferInTheirNormalForm_SaysSo(string expected, string found, string points, string others)
    {
        _folder.Write($"{found}/1.png", Png(SKColors.Red));
        _folder.Write("b/1.png", Png(SKColors.Red));
        Fails(Small with { ClassNames = ["b", expected] }).Should()
            .Contain($"written with {points}, found it written with {others}").And.Contain("Unicode normal form");
        _folder.Write($"{expected}/2.png", Png(SKColors.Red));
        Fails().Should().Contain("found").And.Contain("twice").And.Contain("Unicode normal form");
        Assert.Throws<ArgumentException>(() => new ImageFolderOptions { ClassNames = [expected, found] });
    }

    private static byte[] Png(SKColor color) => Make.Encode(Make.Plain(color, 4, 4));

    private string Fails(ImageFolderOptions? options = null) =>
        Assert.Throws<DatasetException>(() => ImageFolder.Read(_folder.Path, options ?? Small)).Message;
}
