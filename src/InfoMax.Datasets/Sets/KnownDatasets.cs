namespace InfoMax.Datasets;

/// <summary>Data sets with their public addresses and the checksums that are published for them.</summary>
/// <remarks>
/// Checksums are MD5, since that is what is published. The remarks name the source of a checksum that the authors do not publish. If an
/// address moves, create a <see cref="KnownDataset"/> with the new address and the same checksum.
/// </remarks>
public static class KnownDatasets
{
    private const long Mebibyte = 1 << 20;

    /// <summary>MNIST: 60,000 + 10,000 gray digits of 28×28, for <see cref="Mnist.Read(string, bool, int)"/>.</summary>
    /// <remarks>Address and checksums of torchvision's loader. The original site no longer serves the files.</remarks>
    public static KnownDataset Mnist { get; } = Idx(
        "mnist",
        "MNIST",
        "http://yann.lecun.com/exdb/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c");

    /// <summary>
    /// Fashion-MNIST: 60,000 + 10,000 gray articles of clothing of 28×28, for <see cref="Mnist.Read(string, bool, int)"/>.
    /// </summary>
    public static KnownDataset FashionMnist { get; } = Idx(
        "fashion-mnist",
        "Fashion-MNIST",
        "https://github.com/zalandoresearch/fashion-mnist",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310");

    /// <summary>CIFAR-10 in its binary version, for <see cref="Datasets.Cifar10.Read"/>.</summary>
    public static KnownDataset Cifar10 { get; } = Archive(
        "cifar-10",
        "CIFAR-10",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        256 * Mebibyte,
        "c32a1d4ab5d03f1284b67883e8d87530",
        "cifar-10-batches-bin");

    /// <summary>CIFAR-100 in its binary version, for <see cref="Datasets.Cifar100.Read"/>.</summary>
    public static KnownDataset Cifar100 { get; } = Archive(
        "cifar-100",
        "CIFAR-100",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
        256 * Mebibyte,
        "03b5dce01913d631647c71ecec9e9cb8",
        "cifar-100-binary");

    /// <summary>STL-10 in its binary version, 2.6 GB and 3.1 GB unpacked, for <see cref="Datasets.Stl10.Read"/>.</summary>
    /// <remarks>The checksum of torchvision's loader. The authors publish none.</remarks>
    public static KnownDataset Stl10 { get; } = Archive(
        "stl-10",
        "STL-10",
        "https://cs.stanford.edu/~acoates/stl10/",
        "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
        3072 * Mebibyte,
        "91f7769df0f17e558f3565bffb0c7dfb",
        "stl10_binary");

    /// <summary>Tiny ImageNet, 248 MB, for <see cref="Datasets.TinyImageNet.Read"/>.</summary>
    /// <remarks>The checksum that public loaders of the set agree on. The authors publish none.</remarks>
    public static KnownDataset TinyImageNet { get; } = Archive(
        "tiny-imagenet",
        "Tiny ImageNet",
        "http://cs231n.stanford.edu/",
        "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        512 * Mebibyte,
        "90528d7ca1a48142e341f4ef8d21d0de",
        "tiny-imagenet-200");

    /// <summary>EuroSAT in color: 27,000 satellite images of 64×64 in ten class folders, for <see cref="ImageFolder.Read"/>.</summary>
    public static KnownDataset EuroSat { get; } = Archive(
        "eurosat",
        "EuroSAT",
        "https://zenodo.org/records/7711810",
        "https://zenodo.org/records/7711810/files/EuroSAT_RGB.zip",
        256 * Mebibyte,
        "f46e308c4d50d4bf32fedad2d3d62f3b",
        "EuroSAT_RGB");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownDataset> All { get; } = [Mnist, FashionMnist, Cifar10, Cifar100, Stl10, TinyImageNet, EuroSat];

    private static KnownDataset Idx(string id, string title, string page, string site, params string[] checksums)
    {
        string[] names =
            ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];
        var files = names.Zip(checksums, (name, md5) => new RemoteFile(new Uri(site + name), 64 * Mebibyte, FileChecksum.Md5(md5)));
        return new(id, title, new Uri(page), [.. files]);
    }

    private static KnownDataset Archive(string id, string title, string page, string address, long maxBytes, string md5, string folder) =>
        new(id, title, new Uri(page), [new RemoteFile(new Uri(address), maxBytes, FileChecksum.Md5(md5))], folder);
}
