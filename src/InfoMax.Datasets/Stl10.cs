using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>
/// Reads STL-10 in its binary version: 5,000 + 8,000 color images of 96×96 pixels in ten classes, and 100,000 without labels, which is what it
/// was made for.
/// </summary>
/// <remarks>A. Coates, H. Lee, A. Y. Ng. An Analysis of Single-Layer Networks in Unsupervised Feature Learning, AISTATS 2011.</remarks>
public static class Stl10
{
    /// <summary>Reads one part of the set.</summary>
    /// <param name="path">
    /// The folder with <c>train_X.bin</c>, <c>train_y.bin</c>, <c>test_X.bin</c>, <c>test_y.bin</c>, <c>unlabeled_X.bin</c> and, for folds,
    /// <c>fold_indices.txt</c>, or the folder above it that holds it as <c>stl10_binary</c>. Only the files of the part need be there.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <param name="options">How many, which fold and at which size; by default all, at 96×96.</param>
    /// <param name="progress">Told after every few hundred images, on the calling thread.</param>
    /// <param name="cancellation">Stops between a few hundred images.</param>
    /// <returns>
    /// A new set, images <c>[N, 3, S, S]</c> in the order of the files or of the fold, named <c>train/0</c>, <c>test/0</c>, <c>unlabeled/0</c> and
    /// so on; labels from 0 to 9 (the files count from 1), none for <see cref="Stl10Part.Unlabeled"/>. The caller disposes it.
    /// </returns>
    /// <remarks>For images that do not fit into memory there is <see cref="Stl10Source"/>. The names of the classes come from <c>class_names.txt</c> beside the images if it is there.</remarks>
    /// <exception cref="ArgumentException">A fold is asked of a part without training images.</exception>
    /// <exception cref="DatasetException">
    /// A file is missing, unreadable or of the wrong length; holds a label outside 1 to 10 or a fold with an index outside the training images; or
    /// the images do not fit into the memory of the machine.
    /// </exception>
    /// <exception cref="OperationCanceledException">Reading was canceled.</exception>
    public static ImageSet Read(
        string path, Stl10Part part, Stl10Options? options = null, IProgress<DatasetProgress>? progress = null, CancellationToken cancellation = default)
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
            file.Read(rows, images, first, options.Size, progress, cancellation);
            first += rows.Length;
        }

        return new ImageSet(images, plan.Labels, plan.ClassNames, plan.Names());
    }
}
