using InfoMax.Data;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>
/// STL-10 as a source that reads the images of a batch from the file when it is fetched. The unlabeled images at 96×96 take 2.8 GB.
/// </summary>
/// <remarks>
/// <para>
/// Images, labels, order and pixels are those of <see cref="Stl10.Read"/>, bit by bit. Several threads may fetch batches at once.
/// </para>
/// <para>The source holds no open file and owns no tensor, so there is nothing to dispose.</para>
/// </remarks>
public sealed class Stl10Source : IBatchSource
{
    private readonly Stl10Plan _plan;
    private readonly int _size;

    private Stl10Source(Stl10Plan plan, int size) =>
        (_plan, _size, Count, Names, ExampleShape) = (plan, size, plan.Count, plan.Names(), [3, size, size]);

    /// <summary>Number of images, at least 1.</summary>
    public int Count { get; }

    /// <summary>Shape of one image, <c>[3, S, S]</c>.</summary>
    public IReadOnlyList<long> ExampleShape { get; }

    /// <summary>The class of each image, from 0 to 9, or <see cref="ImageSet.Unlabeled"/>; null if no image has one.</summary>
    public IReadOnlyList<int>? Labels => _plan.Labels;

    /// <summary>Names of the classes in the order of their labels; empty if no image has one.</summary>
    public IReadOnlyList<string> ClassNames => _plan.ClassNames ?? [];

    /// <summary>Names of the images: <c>train/0</c>, <c>unlabeled/0</c> and so on.</summary>
    public IReadOnlyList<string> Names { get; }

    bool IBatchSource.IsThreadSafe => true;

    /// <summary>Opens one part of the set. Checks the lengths of its files and reads labels and folds, but no image.</summary>
    /// <param name="path">The folder, as for <see cref="Stl10.Read"/>.</param>
    /// <param name="part">Which images.</param>
    /// <param name="options">
    /// How many images, which fold, at which size; by default all images at 96×96. Other sizes are computed for every batch.
    /// </param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">
    /// A fold is set for a part without training images, or the part is not in the enumeration.
    /// </exception>
    /// <exception cref="DatasetException">The cases of <see cref="Stl10.Read"/>, except for memory.</exception>
    public static Stl10Source Open(string path, Stl10Part part, Stl10Options? options = null)
    {
        Stl10Plan plan = Stl10Plan.Of(path, part, options ??= new Stl10Options());
        NativeBackend.EnsureLoadable();
        return new Stl10Source(plan, options.Size);
    }

    /// <inheritdoc/>
    /// <exception cref="DatasetException">A file is gone, has become shorter, or cannot be read (any more).</exception>
    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        BatchIndices.Check(indices, Count);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor bytes = empty([indices.Length, .. ExampleShape], ScalarType.Byte);
        int first = 0;
        foreach ((Stl10File file, int[] rows, _) in _plan.Parts)
        {
            List<int> wanted = [];
            List<long> places = [];
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] >= first && indices[i] < first + rows.Length)
                {
                    wanted.Add(rows[indices[i] - first]);
                    places.Add(i);
                }
            }

            if (wanted.Count > 0)
            {
                Tensor images = empty([wanted.Count, .. ExampleShape], ScalarType.Byte);
                file.Read([.. wanted], images, 0, _size, null, CancellationToken.None);
                bytes.index_copy_(0, tensor(places), images);
            }

            first += rows.Length;
        }

        return scope.MoveToOuter(InMemorySource.Scaled(bytes));
    }

    /// <summary>The images with their labels, for probes.</summary>
    /// <returns>Labeled data over this source.</returns>
    /// <exception cref="InvalidOperationException">Some images have no label.</exception>
    public LabeledData ToLabeled() => _plan.Labels is { } labels && !labels.Contains(ImageSet.Unlabeled)
        ? new LabeledData(this, labels, ClassNames)
        : throw new InvalidOperationException(
            "Some of these images have no label. Open the training or the test part, or use the source itself.");

    /// <summary>For instance <c>100000 images of 3 × 96 × 96</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => ClassList.Text(Count, ExampleShape, ClassNames.Count);
}
