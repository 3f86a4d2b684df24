using TorchSharp;

namespace InfoMax.Datasets;

/// <summary>
/// Reads MNIST and sets of its format (Fashion-MNIST, Kuzushiji-MNIST, EMNIST): one IDX file of images and one of labels for each part,
/// plain or gzip.
/// </summary>
public static class Mnist
{
    private static readonly string[] SubFolders = ["", "raw", Path.Combine("MNIST", "raw")];

    /// <summary>Reads one part from a folder that holds the files under their usual names.</summary>
    /// <remarks>
    /// Looks in the folder, its <c>raw</c> and its <c>MNIST/raw</c> for <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c>,
    /// or for the test part <c>t10k-…</c> or <c>test-…</c>. Names may have '.' or '-' before <c>idx</c>, <c>.gz</c> behind them, and
    /// letters of either case; also a prefix such as <c>emnist-digits-</c>, if it is the only one. EMNIST stores its images transposed;
    /// they are read as stored.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="train">True for the training part, false for the test part.</param>
    /// <param name="classCount">Number of classes, from 1 to 256. Labels lie in <c>[0, classCount)</c>.</param>
    /// <returns>A new labeled set with images <c>[N, 1, H, W]</c>; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is outside its range.</exception>
    /// <exception cref="DatasetException">
    /// The folder or a file is missing, ambiguous, truncated, damaged or of another format; the counts of images and labels differ; or a
    /// label has no class.
    /// </exception>
    public static ImageSet Read(string path, bool train, int classCount = 10)
    {
        ArgumentNullException.ThrowIfNull(path);
        DatasetFile.RequireFolder(path);
        return Read(Find(path, train, "images", "idx3"), Find(path, train, "labels", "idx1"), classCount);
    }

    /// <summary>Reads one part from its two files, whatever their names.</summary>
    /// <param name="imagesPath">An IDX file of images, plain or gzip.</param>
    /// <param name="labelsPath">An IDX file with a label for each image, plain or gzip.</param>
    /// <param name="classCount">Number of classes, from 1 to 256. Labels lie in <c>[0, classCount)</c>.</param>
    /// <returns>A new labeled set with images <c>[N, 1, H, W]</c>; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is outside its range.</exception>
    /// <exception cref="DatasetException">
    /// A file is missing, truncated, damaged or of another format; the counts of images and labels differ; or a label has no class.
    /// </exception>
    public static ImageSet Read(string imagesPath, string labelsPath, int classCount = 10)
    {
        ArgumentNullException.ThrowIfNull(imagesPath);
        ArgumentNullException.ThrowIfNull(labelsPath);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, 256);
        int[] labels = IdxFile.ReadLabels(labelsPath);
        int bad = Array.FindIndex(labels, label => label >= classCount);
        if (bad >= 0)
        {
            throw new DatasetException(labelsPath, $"expected labels from 0 to {classCount - 1}, found {labels[bad]} at position {bad}.");
        }

        using torch.Tensor images = IdxFile.ReadImages(imagesPath);
        return images.shape[0] == labels.Length
            ? new ImageSet(images, labels, ClassList.Numbers(classCount))
            : throw new DatasetException(
                labelsPath,
                $"expected one label for each of the {images.shape[0]} images of {Path.GetFileName(imagesPath)}, found {labels.Length}.");
    }

    private static string Find(string directory, bool train, string kind, string format)
    {
        string[] parts = train ? ["train"] : ["t10k", "test"];
        string[] endings = [.. parts.SelectMany(part => new[] { $"{part}-{kind}-{format}-ubyte", $"{part}-{kind}.{format}-ubyte" })];
        foreach (string folder in SubFolders.Select(sub => Path.Combine(directory, sub)).Where(Directory.Exists))
        {
            string[] files = [.. DatasetFile.Names(folder).Where(name => endings.Any(Bare(name).EndsWith)).Order(StringComparer.Ordinal)];
            string[] exact = [.. files.Where(name => endings.Contains(Bare(name)))];
            string[] found = exact.Length > 0 ? exact : files;

            // A file that exists both plain and packed is not ambiguous: the plain one, which sorts first, is faster.
            if (found.Select(Bare).Distinct().Count() > 1)
            {
                throw new DatasetException(
                    folder,
                    $"expected one file of {kind}, found {string.Join(", ", found)}. " +
                        "Name the two files: Mnist.Read(imagesPath, labelsPath).");
            }

            if (found.Length > 0)
            {
                return Path.Combine(folder, found[0]);
            }
        }

        throw new DatasetException(directory, $"expected a file named {endings[0]} or {endings[0]}.gz, found none.");
    }

    private static string Bare(string name)
    {
        string lower = name.ToLowerInvariant();
        return lower.EndsWith(".gz", StringComparison.Ordinal) ? lower[..^3] : lower;
    }
}
