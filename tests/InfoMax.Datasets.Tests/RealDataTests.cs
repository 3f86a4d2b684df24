using TorchSharp;

namespace InfoMax.Datasets.Tests;

/// <summary>The official files against their published counts, means and standard deviations.</summary>
public sealed class RealDataTests
{
    [RealDataFact("mnist")]
    public void Mnist_OfficialFiles_HaveThePublishedStatistics()
    {
        using ImageSet train = Mnist.Read(RealDataFactAttribute.Folder("mnist"), train: true);
        using ImageSet test = Mnist.Read(RealDataFactAttribute.Folder("mnist"), train: false);
        train.Images.shape.Should().Equal(60_000, 1, 28, 28);
        test.Images.shape.Should().Equal(10_000, 1, 28, 28);
        Counts(train).Should().Equal(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
        Counts(test).Should().Equal(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
        Check(train, [0.1307], [0.3081]);
    }

    [RealDataFact("cifar-10")]
    public void Cifar10_OfficialFiles_HaveThePublishedStatistics()
    {
        using ImageSet train = Cifar10.Read(RealDataFactAttribute.Folder("cifar-10"), train: true);
        using ImageSet test = Cifar10.Read(RealDataFactAttribute.Folder("cifar-10"), train: false);
        train.Images.shape.Should().Equal(50_000, 3, 32, 32);
        Counts(train).Should().HaveCount(10).And.AllBeEquivalentTo(5000);
        Counts(test).Should().HaveCount(10).And.AllBeEquivalentTo(1000);
        train.Labels!.Take(5).Should().Equal(6, 9, 9, 4, 1); // A frog, two trucks, a deer and a car.
        Check(train, [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]);
    }

    [RealDataFact("stl-10")]
    public void Stl10_OfficialFiles_HaveThePublishedCounts()
    {
        string folder = RealDataFactAttribute.Folder("stl-10");
        using ImageSet fold = Stl10.Read(folder, Stl10Part.Train, new Stl10Options { Fold = 9, Size = 8 });
        using ImageSet test = Stl10.Read(folder, Stl10Part.Test, new Stl10Options { Size = 8 });
        using ImageSet unlabeled = Stl10.Read(folder, Stl10Part.Unlabeled, new Stl10Options { Size = 8, MaxCount = 1000 });
        Counts(fold).Should().HaveCount(10).And.AllBeEquivalentTo(100);
        Counts(test).Should().HaveCount(10).And.AllBeEquivalentTo(800);
        unlabeled.Count.Should().Be(1000);
    }

    [RealDataFact("tiny-imagenet")]
    public void TinyImageNet_OfficialFiles_HaveThePublishedCounts()
    {
        string folder = RealDataFactAttribute.Folder("tiny-imagenet");
        using ImageSet validation = TinyImageNet.Read(folder, TinyImageNetPart.Validation);
        using ImageSet train = TinyImageNet.Read(folder, TinyImageNetPart.Train, new ImageFolderOptions { Size = 16 });
        Counts(train).Should().HaveCount(200).And.AllBeEquivalentTo(500);
        Counts(validation).Should().HaveCount(200).And.AllBeEquivalentTo(50);
    }

    private static IEnumerable<int> Counts(ImageSet set) => set.Labels!.GroupBy(l => l).OrderBy(g => g.Key).Select(g => g.Count());

    private static void Check(ImageSet set, double[] means, double[] spreads)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor values = set.Images.to(torch.float32).div_(255);
        for (int c = 0; c < means.Length; c++)
        {
            torch.Tensor channel = values.select(1, c);
            channel.mean().item<float>().Should().BeApproximately((float)means[c], 1e-4f);
            channel.std().item<float>().Should().BeApproximately((float)spreads[c], 1e-4f);
        }
    }
}
