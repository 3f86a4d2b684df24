namespace InfoMax.Datasets;

/// <summary>Reads CIFAR-10 in its binary version: 50,000 + 10,000 color images of 32×32 pixels in ten classes.</summary>
/// <remarks>A. Krizhevsky. Learning Multiple Layers of Features from Tiny Images, 2009.</remarks>
public static class Cifar10
{
    private const int RecordsPerBatch = 10_000;
    private const string FolderName = "cifar-10-batches-bin";
    private static readonly string[] WellKnownNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads one part of the set, or a single batch file.</summary>
    /// <param name="path">
    /// The folder with <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>; or the folder above it, if it has the
    /// name <c>cifar-10-batches-bin</c>. Every batch must hold exactly 10,000 records, like the official ones. Or a single file with any
    /// whole number of records.
    /// </param>
    /// <param name="train">True for the training part, false for the test part. Not used for a single file.</param>
    /// <returns>A new labeled set with images <c>[N, 3, 32, 32]</c> in the order of the files; the caller disposes it.</returns>
    /// <remarks>The names of the classes come from <c>batches.meta.txt</c> beside the batches, if that file exists.</remarks>
    /// <exception cref="DatasetException">A file is missing, unreadable, of the wrong length, or holds a label above 9.</exception>
    public static ImageSet Read(string path, bool train)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] wanted = train ? [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")] : ["test_batch.bin"];
        CifarPart part = CifarPart.Find(path, FolderName, wanted);
        string[] names = ClassList.FromFile(Path.Combine(part.Folder, "batches.meta.txt"), WellKnownNames);
        return new CifarFile([10], usedLabel: 0).Read(part.Files, part.IsSingleFile ? null : RecordsPerBatch, names);
    }
}
