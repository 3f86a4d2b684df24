using InfoMax.Data;
using InfoMax.Datasets;

namespace InfoMax.QuickStart;

/// <summary>The images to learn from and to test on.</summary>
internal sealed class SampleData : IDisposable
{
    private readonly ImageSet? _learning;
    private readonly IBatchSource? _large;

    private SampleData(string name, ImageSet train, ImageSet? test, ImageSet? learning = null, IBatchSource? large = null)
    {
        Name = name;
        Train = train;
        Test = test;
        _learning = learning;
        _large = large;
    }

    public string Name { get; }

    public ImageSet Train { get; }

    /// <summary>Images to learn from without labels; where there are no others, those of <see cref="Train"/>.</summary>
    public ImageSet Learning => _learning ?? Train;

    /// <summary>The images to learn from as a source, the caller's to dispose if it is disposable: those of <see cref="Learning"/>, or
    /// larger ones if crops of them are asked for.</summary>
    public IBatchSource LearningSource() => _large ?? Learning.ToSource();

    /// <summary>Labeled images that training does not see; null if there are no labels.</summary>
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
        if (options.CropFrom is not null && data._large is null)
        {
            data.Dispose();
            throw new ArgumentException(
                $"Crops are taken from images of eurosat, stl10 or a folder with parts \"train\" and \"test\", not of {data.Name}.");
        }

        // STL-10's are limited where they are opened.
        if (options.Images is not { } count || count >= data.Learning.Count || data._large is Stl10Source)
        {
            return data;
        }

        ImageSet all = data.Learning;
        using (all)
        {
            ImageSet some = all.Take(count, options.Seed);
            return data._learning is null ? new SampleData(data.Name, some, data.Test, large: data._large)
                : new SampleData(data.Name, data.Train, data.Test, some, data._large);
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
        ImageSet test = ImageFolder.Read(Path.Combine(root, "test"), read with { ClassNames = train.ClassNames }, progress,
            cancellationToken);
        return new SampleData("EuroSAT", train, test,
            large: Large(Path.Combine(root, "train"), read, options, progress, cancellationToken));
    }

    /// <summary>The images of a folder at the size that crops are taken from, and as many as are learned from; null if no crops are asked
    /// for.</summary>
    private static InMemorySource? Large(string folder, ImageFolderOptions read, QuickStartOptions options,
        IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        if (options.CropFrom is not { } side)
        {
            return null;
        }

        using ImageSet all = ImageFolder.Read(folder, read with { Size = side }, progress, cancellationToken);
        if (options.Images is not { } count || count >= all.Count)
        {
            return all.ToSource();
        }

        using ImageSet some = all.Take(count, options.Seed);
        return some.ToSource();
    }

    private static SampleData Stl(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        var read = new Stl10Options { Size = options.Size };
        // Crops are taken from 2.8 GB, batch by batch: nothing to hold.
        IBatchSource? large = options.CropFrom is { } side ? Stl10Source.Open(options.Path, Stl10Part.TrainAndUnlabeled,
            new Stl10Options { Size = side, MaxCount = options.Images }) : null;
        return new SampleData(
            "STL-10",
            Stl10.Read(options.Path, Stl10Part.Train, read, progress, cancellationToken),
            Stl10.Read(options.Path, Stl10Part.Test, read, progress, cancellationToken),
            large is null ? Stl10.Read(options.Path, Stl10Part.TrainAndUnlabeled, read, progress, cancellationToken) : null,
            large);
    }

    private static SampleData Tiny(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        var read = new ImageFolderOptions { Size = options.Size };
        return new SampleData(
            "Tiny ImageNet",
            TinyImageNet.Read(options.Path, TinyImageNetPart.Train, read, progress, cancellationToken),
            TinyImageNet.Read(options.Path, TinyImageNetPart.Validation, read, progress, cancellationToken));
    }

    /// <summary>A folder with parts "train" and "test" keeps them; of any other labeled one, a fifth is held out.</summary>
    private static SampleData Folder(QuickStartOptions options, IProgress<DatasetProgress> progress, CancellationToken cancellationToken)
    {
        var read = new ImageFolderOptions { Size = options.Size, OnBadFile = BadFilePolicy.Skip };
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Path)));
        string trainPart = Path.Combine(options.Path, "train"), testPart = Path.Combine(options.Path, "test");
        if (Directory.Exists(trainPart) && Directory.Exists(testPart))
        {
            ImageSet train = ImageFolder.Read(trainPart, read, progress, cancellationToken);
            ImageSet? test = train.HasLabels
                ? ImageFolder.Read(testPart, read with { ClassNames = train.ClassNames }, progress, cancellationToken) : null;
            return new SampleData(name, train, test, large: Large(trainPart, read, options, progress, cancellationToken));
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

        throw new DirectoryNotFoundException(
            $"There is no {relative} above {AppContext.BaseDirectory}. Run from a checkout of the repository, or name data with --data " +
            $"folder=PATH.");
    }
}
