
namespace InfoMax.QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record QuickStartOptions
{
    /// <summary>Kind of data set: "eurosat", "folder", "cifar10" or "mnist".</summary>
    public required string Kind { get; init; }

    /// <summary>Where the data set is.</summary>
    public required string Path { get; init; }

    /// <summary>Side to which images of a folder are resized: 28, 32 or 64.</summary>
    public int Size { get; init; } = 32;

    /// <summary>Side of the images that crops of <see cref="Size"/> are to be learned from; null to learn from whole images of that
    /// size.</summary>
    public int? CropFrom { get; init; }

    /// <summary>Passes over the training images; null lets the number of images decide.</summary>
    public int? Epochs { get; init; }

    /// <summary>Epochs for a number of images: as asked for, or about 42,000 images in all.</summary>
    public int EpochsFor(int images) => Epochs ?? Math.Clamp(42_000 / images, 5, 50);

    /// <summary>Training images to use at most; null for all.</summary>
    public int? Images { get; init; }

    /// <summary>Labels of the small-label column.</summary>
    public int Labels { get; init; } = 1000;

    /// <summary>Repeats of each probe.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>Seed of everything.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether to train the network with labels alone for comparison.</summary>
    public bool Supervised { get; init; } = true;

    /// <summary>Where the report goes.</summary>
    public string Report { get; init; } = "infomax-report.html";

    /// <summary>A folder to which the pictures go as files as well; null for none.</summary>
    public string? Pictures { get; init; }
}
