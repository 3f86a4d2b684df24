namespace InfoMax.Datasets.Tests;

public sealed class DatasetFileTests : IDisposable
{
    private const string Pointer =
        "version https://git-lfs.github.com/spec/v1\n" +
        "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_GitLfsPointer_IsNamedByEveryReader()
    {
        byte[] pointer = System.Text.Encoding.ASCII.GetBytes(Pointer);
        string file = _folder.Write("pointer.png", pointer);
        foreach (string name in new[]
        {
            "train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin", "unlabeled_X.bin", "wnids.txt",
            "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
            "data_batch_4.bin", "data_batch_5.bin", "train.bin",
        })
        {
            _folder.Write($"sets/{name}", pointer);
        }

        _folder.Write("sets/train/n01/1.png", pointer);
        var readers = new Dictionary<string, Action>
        {
            ["folder"] = () => ImageFolder.Read(_folder.Path, new ImageFolderOptions { Labels = FolderLabels.None }),
            ["source"] = () => ImageFolderSource.Open(_folder.Path, new ImageFolderOptions { Labels = FolderLabels.None }),
            ["images"] = () => IdxFile.ReadImages(file),
            ["labels"] = () => IdxFile.ReadLabels(file),
            ["mnist"] = () => Mnist.Read(_folder["sets"], train: true),
            ["cifar-10"] = () => Cifar10.Read(_folder["sets"], train: true),
            ["cifar-10 file"] = () => Cifar10.Read(file, train: true),
            ["cifar-100"] = () => Cifar100.Read(_folder["sets"], train: true),
            ["stl-10"] = () => Stl10.Read(_folder["sets"], Stl10Part.Train),
            ["stl-10 source"] = () => Stl10Source.Open(_folder["sets"], Stl10Part.Unlabeled),
            ["tiny imagenet"] = () => TinyImageNet.Read(_folder["sets"], TinyImageNetPart.Train),
            ["archive"] = () => DatasetArchive.Extract(file, _folder["out"]),
        };
        foreach ((string name, Action read) in readers)
        {
            Assert.Throws<DatasetException>(read).Message
                .Should().Contain("a Git LFS pointer in place of the file: run \"git lfs pull\"", "{0} names it", name);
        }
    }

    [Fact]
    public void Shown_AnyText_IsPrintableAndKeepsWholeCharacters() =>
        DatasetFile.Shown($"a\u0001😀\uD83D{new string('x', 80)}").Should().Be($"\"a?😀\uFFFD{new string('x', 56)}…\"");
}
