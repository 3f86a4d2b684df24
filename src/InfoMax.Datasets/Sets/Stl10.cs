using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>
/// Reads STL-10 in its binary version: 5,000 + 8,000 color images of 96×96 pixels in ten classes, and 100,000 images without labels.
/// </summary>
/// <remarks>A. Coates, H. Lee, A. Y. Ng. An Analysis of Single-Layer Networks in Unsupervised Feature Learning, AISTATS 2011.</remarks>
public static class Stl10
{
    /// <summary>Reads one part of the set.</summary>
    /// <param name="path">
    /// The folder with <c>train_X.bin</c>, <c>train_y.bin</c>, <c>test_X.bin</c>, <c>test_y.bin</c>, <c>unlabeled_X.bin</c> and, for folds,
    /// <c>fold_indices.txt</c>; or the folder above it, if it has the name <c>stl10_binary</c>. Only the files of the part are needed.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <param name="options">How many images, which fold, at which size; by default all images at 96×96.</param>
    /// <param name="progress">Receives a report after every few hundred images, on the calling thread; null for no reports.</param>
    /// <param name="cancellationToken">Stops between a few hundred images.</param>
    /// <returns>
    /// A new set with images <c>[N, 3, S, S]</c> in the order of the files or of the fold, named <c>train/0</c>, <c>test/0</c>,
    /// <c>unlabeled/0</c> and so on. Labels go from 0 to 9 (the files count from 1); <see cref="Stl10Part.Unlabeled"/> has none. The caller
    /// disposes the set.
    /// </returns>
    /// <remarks>
    /// For images that do not fit into memory there is <see cref="Stl10Source"/>. The names of the classes come from <c>class_names.txt</c>
    /// beside the images, if that file exists.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A fold is set for a part without training images, or the part is not in the enumeration.
    /// </exception>
    /// <exception cref="DatasetException">
    /// A file is missing, unreadable or of the wrong length; a label is outside 1 to 10; a fold has an index outside the training images;
    /// or the images do not fit into memory.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public static ImageSet Read(
        string path,
        Stl10Part part,
        Stl10Options? options = null,
        IProgress<DatasetProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        Stl10Plan plan = Stl10Plan.Of(path, part, options ??= new Stl10Options());
        NativeBackend.EnsureLoadable();
        DatasetFile.RequireMemory(plan.Folder, plan.Count * 3L * options.Size * options.Size);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor images = empty([plan.Count, 3, options.Size, options.Size], ScalarType.Byte);
        int first = 0;
        foreach ((Stl10File file, int[] rows, _) in plan.Parts)
        {
            file.Read(rows, images, first, options.Size, progress, cancellationToken);
            first += rows.Length;
        }

        return new ImageSet(images, plan.Labels, plan.ClassNames, plan.Names());
    }
}
