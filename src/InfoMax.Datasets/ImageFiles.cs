using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>Decodes a list of image files into one set.</summary>
internal static class ImageFiles
{
    /// <summary>Decodes files into one set.</summary>
    /// <param name="root">The folder that the names are relative to.</param>
    /// <param name="names">The files, in order, with '/' between the parts.</param>
    /// <param name="label">The label of each file; null if there are none.</param>
    /// <param name="classNames">The classes; null without labels.</param>
    /// <param name="skipped">What has been left out before; more may be added.</param>
    /// <param name="options">Size, channels and what to do about bad files.</param>
    /// <param name="progress">Told after every few hundred files.</param>
    /// <param name="cancellation">Stops between files.</param>
    public static ImageSet Read(
        string root,
        List<string> names,
        Func<string, int>? label,
        IReadOnlyList<string>? classNames,
        List<SkippedFile> skipped,
        ImageFolderOptions options,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellation)
    {
        NativeBackend.EnsureLoadable();
        DatasetFile.RequireMemory(root, (long)names.Count * options.ExampleBytes);
        using var scope = NewDisposeScope();
        Tensor images = empty([names.Count, options.Channels, options.Height, options.Width], options.Depth == DepthPolicy.Keep ? ScalarType.Float32 : ScalarType.Byte);
        var scan = new ImageScan(root, options, skipped);
        scan.Run(
            names,
            (place, pixels) =>
            {
                using Tensor image = images[place];
                pixels.CopyTo(image.bytes);
            },
            progress,
            cancellation);
        int[]? labels = label is null ? null : [.. scan.Kept.Select(label)];
        return new ImageSet(scan.Kept.Count == names.Count ? images : images.narrow(0, 0, scan.Kept.Count), labels, classNames, scan.Kept, new ReadingReport(scan.Skipped, scan.Duplicates, scan.Losses));
    }
}
