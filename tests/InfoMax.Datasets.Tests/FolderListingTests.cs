using SkiaSharp;

namespace InfoMax.Datasets.Tests;

public sealed class FolderListingTests : IDisposable
{
    private static readonly ImageFolderOptions Small = new() { Size = 8 };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FoldersThatSystemsLeaveBehind_PassesThemOver()
    {
        _folder.Write("a/1.png", Png(SKColors.Red));
        _folder.Write("b/1.png", Png(SKColors.Red));
        string[] leftovers =
            ["@eaDir", "#recycle", "$RECYCLE.BIN", "$Recycle.bin", "System Volume Information", "lost+found", "@Recycle", "#snapshot"];
        foreach (string left in leftovers)
        {
            _folder.Write($"{left}/x.png", Png(SKColors.Red));
            _folder.Write($"a/{left}/1.png/SYNOPHOTO_THUMB_M.png", Png(SKColors.Red));
        }

        using ImageSet set = ImageFolder.Read(_folder.Path, Small);
        set.ClassNames.Should().Equal("a", "b");
        set.Names.Should().Equal("a/1.png", "b/1.png");
        ImageFolderSource.Open(_folder.Path, Small).Names.Should().Equal(set.Names);
    }

    private static byte[] Png(SKColor color) => Make.Encode(Make.Plain(color, 4, 4));
}
