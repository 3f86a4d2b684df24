using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>Decodes a list of image files into one set.</summary>
internal static class ImageFiles
{
    /// <summary>Decodes the files of a plan.</summary>
    /// <param name="root">The folder that the names are relative to.</param>
    /// <param name="plan">The files and their classes.</param>
    /// <param name="options">How to read.</param>
    /// <param name="progress">Receives a report after every few hundred files.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    public static ImageSet Read(
        string root, FolderPlan plan, ImageFolderOptions options, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        NativeBackend.EnsureLoadable();
        DatasetFile.RequireMemory(root, (long)plan.Names.Count * options.ExampleBytes);
        using var scope = NewDisposeScope();
        ScalarType type = options.Depth == DepthPolicy.Keep ? ScalarType.Float32 : ScalarType.Byte;
        Tensor images = empty([plan.Names.Count, options.Channels, options.Height, options.Width], type);
        var scan = new ImageScan(root, options, plan.Skipped);
        scan.Run(
            plan.Names,
            (place, pixels) =>
            {
                using Tensor image = images[place];
                pixels.CopyTo(image.bytes);
            },
            progress,
            cancellationToken);
        int[]? labels = plan.Label is { } label ? [.. scan.Kept.Select(label)] : null;
        return new ImageSet(images.narrow(0, 0, scan.Kept.Count), labels, plan.ClassNames, scan.Kept, scan.Report);
    }
}
