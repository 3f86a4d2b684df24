using InfoMax.Datasets;

namespace InfoMax.QuickStart;

/// <summary>The images to learn from and to test on.</summary>
internal sealed class SampleData : IDisposable
{
    private readonly ImageSet? _learning;

    private SampleData(string name, ImageSet train, ImageSet? test, ImageSet? learning = null)
    {
        Name = name;
        Train = train;
        Test = test;
        _learning = learning;
    }

    public string Name { get; }

    public ImageSet Train { get; }

    /// <summary>Images to learn from without labels; where there are no others, those of <see cref="Train"/>.</summary>
    public ImageSet Learning => _learning ?? Train;

    /// <summary>Labelled images that training does not see; null if there are no labels.</summary>
    public ImageSet? Test { get; }

    public static SampleData Read(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        SampleData data = options.Kind switch
        {
            "eurosat" => EuroSat(options, progress, cancellationToken),
            "cifar10" => new("CIFAR-10", Cifar10.Read(options.Path, train: true), Cifar10.Read(options.Path, train: false)),
            "cifar100" => new("CIFAR-100", Cifar100.Read(options.Path, train: true), Cifar100.Read(options.Path, train: false)),
            "stl10" => Stl(options, progress, cancellationToken),
            "tiny" => Tiny(options, progress, cancellationToken),
            "mnist" => new("MNIST", Mnist.Read(options.Path, train: true), Mnist.Read(options.Path, train: false)),
            _ => Folder(options, progress, cancellationToken),
        };
        if (options.Images is not { } count || count >= data.Learning.Count)
        {
            return data;
        }

        ImageSet all = data.Learning;
        using (all)
        {
            ImageSet some = all.Take(count, options.Seed);
            return data._learning is null ? new SampleData(data.Name, some, data.Test) : new SampleData(data.Name, data.Train, data.Test, some);
        }
    }

    public void Dispose()
    {
        Train.Dispose();
        Test?.Dispose();
        _learning?.Dispose();
    }

    private static SampleData EuroSat(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        string root = Find(Path.Combine("samples", "data", "eurosat"));
        var read = new ImageFolderOptions { Size = options.Size };
        ImageSet train = ImageFolder.Read(Path.Combine(root, "train"), read, progress, cancellationToken);
        ImageSet test = ImageFolder.Read(Path.Combine(root, "test"), read with { ClassNames = train.ClassNames }, progress, cancellationToken);
        return new SampleData("EuroSAT", train, test);
    }

    private static SampleData Stl(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        var read = new Stl10Options { Size = options.Size };
        return new SampleData(
            "STL-10",
            Stl10.Read(options.Path, Stl10Part.Train, read, progress, cancellationToken),
            Stl10.Read(options.Path, Stl10Part.Test, read, progress, cancellationToken),
            Stl10.Read(options.Path, Stl10Part.TrainAndUnlabelled, read, progress, cancellationToken));
    }

    private static SampleData Tiny(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        var read = new ImageFolderOptions { Size = options.Size };
        return new SampleData(
            "Tiny ImageNet",
            TinyImageNet.Read(options.Path, TinyImageNetPart.Train, read, progress, cancellationToken),
            TinyImageNet.Read(options.Path, TinyImageNetPart.Validation, read, progress, cancellationToken));
    }

    /// <summary>A folder with parts "train" and "test" keeps them; of any other labelled one, a fifth is held out.</summary>
    private static SampleData Folder(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        var read = new ImageFolderOptions { Size = options.Size, OnBadFile = BadFilePolicy.Skip };
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path)));
        string trainPart = Path.Combine(options.Path, "train"), testPart = Path.Combine(options.Path, "test");
        if (Directory.Exists(trainPart) && Directory.Exists(testPart))
        {
            ImageSet train = ImageFolder.Read(trainPart, read, progress, cancellationToken);
            return new SampleData(name, train, train.HasLabels
                ? ImageFolder.Read(testPart, read with { ClassNames = train.ClassNames }, progress, cancellationToken)
                : null);
        }

        ImageSet all = ImageFolder.Read(options.Path, read, progress, cancellationToken);
        if (!all.HasLabels)
        {
            return new SampleData(name, all, null);
        }

        using (all)
        {
            (ImageSet first, ImageSet second) = all.Split(0.8, options.Seed);
            return new SampleData(name, first, second);
        }
    }

    /// <summary>Looks for a folder of the repository from the program's place upwards.</summary>
    private static string Find(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, relative);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException($"There is no {relative} above {AppContext.BaseDirectory}. Run from a checkout of the repository, or name data with --data folder=PATH.");
    }
}
