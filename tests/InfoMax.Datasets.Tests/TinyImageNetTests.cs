using System.Text;
using SkiaSharp;
using TorchSharp;

namespace InfoMax.Datasets.Tests;

public sealed class TinyImageNetTests : IDisposable
{
    private static readonly ImageFolderOptions Small = new() { Size = 4 };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("tiny-imagenet-200/")]
    public void Read_OfficialLayout_GivesClassesInTheOrderOfTheList(string below)
    {
        Official(below);
        using ImageSet train = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Train, Small);
        using ImageSet validation = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Validation, Small);
        using ImageSet test = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Test, Small);
        train.Names.Should().Equal("n01/images/n01_0.JPEG", "n01/images/n01_1.JPEG", "n02/images/n02_0.JPEG");
        train.Labels.Should().Equal(1, 1, 0);
        train.ClassNames.Should().Equal("gray whale, gray whale", "goldfish, Carassius auratus");
        train.Images.shape.Should().Equal(3, 3, 4, 4);
        validation.Names.Should().Equal("images/val_0.JPEG", "images/val_1.JPEG");
        validation.Labels.Should().Equal(1, 0);
        validation.ClassNames.Should().Equal(train.ClassNames);
        test.HasLabels.Should().BeFalse();
        test.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(TinyImageNetPart.Train, true)]
    [InlineData(TinyImageNetPart.Validation, false)]
    [InlineData(TinyImageNetPart.Test, false)]
    public void Open_AnyPart_GivesTheBatchesOfTheSetInMemory(TinyImageNetPart part, bool check)
    {
        Official();
        ImageFolderSource source = TinyImageNet.Open(_folder.Path, part, Small, check);
        using ImageSet set = TinyImageNet.Read(_folder.Path, part, Small);
        using Data.InMemorySource memory = set.ToSource();
        source.Names.Should().Equal(set.Names);
        source.Labels.Should().Equal(set.Labels);
        source.ClassNames.Should().Equal(set.ClassNames);
        int[] indices = [.. Enumerable.Range(0, set.Count).Reverse()];
        using torch.Tensor batch = source.GetBatch(indices), expected = memory.GetBatch(indices);
        batch.Equals(expected).Should().BeTrue();
    }

    [Fact]
    public void Open_UncheckedWithBadFilesToSkip_IsRefused()
    {
        Official();
        ImageFolderOptions skip = Small with { OnBadFile = BadFilePolicy.Skip };
        Assert.Throws<ArgumentException>(() => TinyImageNet.Open(_folder.Path, TinyImageNetPart.Train, skip, check: false))
            .ParamName.Should().Be("check");
        _folder.Write("train/n01/images/bad.JPEG", [1, 2, 3]);
        Assert.Throws<DatasetException>(() => TinyImageNet.Open(_folder.Path, TinyImageNetPart.Train, Small)).Path
            .Should().EndWith("bad.JPEG");
        TinyImageNet.Open(_folder.Path, TinyImageNetPart.Train, Small with { OnBadFile = BadFilePolicy.Skip }).Count.Should().Be(3);
    }

    [Fact]
    public void Read_DefaultOptions_GivesTheStoredSize()
    {
        Official();
        using ImageSet train = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Train);
        train.Images.shape.Should().Equal(3, 3, 64, 64);
    }

    [Fact]
    public void Read_ValidationInClassFolders_TakesTheFolders()
    {
        Official();
        Directory.Delete(_folder["val"], recursive: true);
        _folder.Write("val/n02/images/a.JPEG", Picture());
        _folder.Write("val/n01/b.JPEG", Picture());
        using ImageSet validation = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Validation, Small);
        validation.Names.Should().Equal("n01/b.JPEG", "n02/images/a.JPEG");
        validation.Labels.Should().Equal(1, 0);
    }

    [Fact]
    public void Read_WithoutWords_NamesClassesByIdentifier()
    {
        Official();
        File.Delete(_folder["words.txt"]);
        using ImageSet train = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Train, Small);
        train.ClassNames.Should().Equal("n02", "n01");
    }

    [Theory]
    [InlineData("wnids.txt", "n02\nn01\nn02", "expected every class once, found n02 twice")]
    [InlineData("wnids.txt", "n02\nn01\nn03", "expected images of every class of wnids.txt, found none of n03")]
    [InlineData("wnids.txt", "n02", "found \"n01/images/n01_0.JPEG\"")]
    [InlineData("wnids.txt", "../n", "expected identifiers of classes")]
    [InlineData("words.txt", "n02 whale", "expected an identifier, a tab and words")]
    public void Read_DamagedLists_SayWhatIsWrong(string name, string content, string expected)
    {
        Official();
        _folder.Write(name, Encoding.UTF8.GetBytes(content));
        Message(TinyImageNetPart.Train).Should().Contain(expected);
    }

    [Theory]
    [InlineData("val_0.JPEG\tn01\t0\t0\t1\t1", "expected a line for each image, found none for \"images/val_1.JPEG\"")]
    [InlineData("val_0.JPEG\tn01\nval_1.JPEG\tn09", "a file name and a class of wnids.txt in every line, found \"val_1.JPEG?n09\"")]
    [InlineData("val_0.JPEG\tn01\nval_1.JPEG\tn01\nval_0.JPEG\tn02", "found two for \"val_0.JPEG\"")]
    [InlineData("val_0.JPEG\tn01\nval_1.JPEG\tn01\nval_2.JPEG\tn02", "an image for each line, found none for \"images/val_2.JPEG\"")]
    public void Read_DamagedAnnotations_SayWhatIsWrong(string content, string expected)
    {
        Official();
        _folder.Write("val/val_annotations.txt", Encoding.UTF8.GetBytes(content));
        Message(TinyImageNetPart.Validation).Should().Contain(expected);
    }

    [Fact]
    public void Read_NothingThere_NamesWhatIsMissing()
    {
        Message(TinyImageNetPart.Train).Should().Contain("wnids.txt: expected a file");
        _folder.Write("wnids.txt", "n01"u8.ToArray());
        Message(TinyImageNetPart.Train).Should().Contain("expected a folder, found nothing there");
    }

    [Fact]
    public void Read_BadImage_FollowsThePolicy()
    {
        Official();
        _folder.Write("train/n01/images/n01_1.JPEG", [1, 2, 3]);
        Message(TinyImageNetPart.Train).Should().Contain("n01_1.JPEG: expected an image");
        using ImageSet train = TinyImageNet.Read(_folder.Path, TinyImageNetPart.Train, Small with { OnBadFile = BadFilePolicy.Skip });
        train.Labels.Should().Equal(1, 0);
        train.Skipped.Should().ContainSingle().Which.Name.Should().Be("n01/images/n01_1.JPEG");
    }

    [Fact]
    public void Read_OptionsThatNameClasses_Throw()
    {
        Official();
        Action named = () => TinyImageNet.Read(_folder.Path, TinyImageNetPart.Train, new ImageFolderOptions { ClassNames = ["a"] });
        named.Should().Throw<ArgumentException>().WithMessage("*both come from the set*");
    }

    [Theory]
    [InlineData("wnids.txt")]
    [InlineData("words.txt")]
    [InlineData("val/val_annotations.txt")]
    [InlineData("val/images/val_0.JPEG")]
    public void Read_Damaged_ThrowsOnlyDatasetExceptions(string name)
    {
        Official();
        Fuzz.OnlyDatasetExceptions(File.ReadAllBytes(_folder[name]), 200, bytes =>
        {
            _folder.Write(name, bytes);
            TinyImageNet.Read(_folder.Path, TinyImageNetPart.Validation, Small).Dispose();
        });
    }

    [Fact]
    public void ImageFolder_ImageNetLayout_TakesTheFirstFolderAsTheClass()
    {
        Official();
        using ImageSet train = ImageFolder.Read(_folder["train"], Small);
        train.ClassNames.Should().Equal("n01", "n02");
        train.Labels.Should().Equal(0, 0, 1);
    }

    private static byte[] Picture() => Make.Encode(Make.Plain(new SKColor(200, 20, 20)), SKEncodedImageFormat.Jpeg);

    private string Message(TinyImageNetPart part) =>
        Assert.Throws<DatasetException>(() => TinyImageNet.Read(_folder.Path, part, Small)).Message;

    private void Official(string below = "")
    {
        _folder.Write($"{below}wnids.txt", "n02\nn01\n"u8.ToArray());
        _folder.Write($"{below}words.txt", "n00\tentity\nn01\tgoldfish, Carassius auratus\nn02\tgray whale, gray whale\n"u8.ToArray());
        string[] files =
        [
            "train/n01/images/n01_0.JPEG", "train/n01/images/n01_1.JPEG", "train/n02/images/n02_0.JPEG",
            "val/images/val_0.JPEG", "val/images/val_1.JPEG", "test/images/test_0.JPEG",
        ];
        foreach (string name in files)
        {
            _folder.Write(below + name, Picture());
        }

        _folder.Write($"{below}train/n01/n01_boxes.txt", "n01_0.JPEG\t0\t0\t7\t7\n"u8.ToArray());
        _folder.Write($"{below}train/n02/n02_boxes.txt", "n02_0.JPEG\t0\t0\t7\t7\n"u8.ToArray());
        _folder.Write($"{below}val/val_annotations.txt", "val_0.JPEG\tn01\t0\t32\t44\t62\nval_1.JPEG\tn02\t52\t55\t57\t59\n"u8.ToArray());
    }
}
