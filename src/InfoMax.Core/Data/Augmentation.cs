using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// A random change of examples that keeps their meaning, for objectives that compare two views. Extension point: derive, or use
/// <see cref="Custom"/>.
/// </summary>
/// <remarks>
/// <para>
/// Augmentations are stateless and immutable. Randomness comes from the caller's generator, never from TorchSharp's global one. Several
/// threads may apply one augmentation at once, each with its own generator.
/// </para>
/// <para>
/// Where to use one: for one view of each example, wrap the data in an <see cref="AugmentedSource"/>, which can make batches ahead of the
/// training step. For objectives that compare two views, give it to a <c>TwoViewEncoder</c>, which draws both.
/// </para>
/// </remarks>
public abstract class Augmentation
{
    /// <summary>An augmentation from a function.</summary>
    /// <param name="apply">
    /// Maps examples <c>[N, *shape]</c> and a CPU generator to N changed examples of the same dtype, on the same device. It must not change
    /// its argument in place. It runs inside a dispose scope, and on other threads where batches are made ahead of time.
    /// </param>
    /// <returns>The augmentation.</returns>
    public static Augmentation Custom(Func<Tensor, Generator, Tensor> apply)
    {
        ArgumentNullException.ThrowIfNull(apply);
        return new DelegateAugmentation(apply);
    }

    /// <summary>
    /// A random crop. The image is padded on all sides and cropped at a random place: to its own size, which shifts it (the usual recipe of
    /// CIFAR, 4 pixels of 32, and STL-10, 12 of 96), or to <paramref name="size"/>, as the paper does with STL-10 (64 of 96, without
    /// padding).
    /// </summary>
    /// <remarks>
    /// Pixels keep their values; nothing is resampled. Every place is equally likely. For crops that are resized, see
    /// <see cref="ImageAugmentation"/>.
    /// </remarks>
    /// <param name="padding">
    /// Pixels of padding on each side, 0 or more: the longest shift. With <paramref name="reflect"/>, below height and width of the images.
    /// </param>
    /// <param name="size">
    /// Height and width of the crop in pixels, from 1 to the padded image's; null (the default) for the image's own.
    /// </param>
    /// <param name="reflect">
    /// Whether the border shows the image mirrored; false (the default) fills it with <paramref name="fill"/>.
    /// </param>
    /// <param name="fill">Value of the border, finite; default −1, black for images in [−1, 1]. Use 0 for standardized images.</param>
    /// <returns>The augmentation, for images <c>[N, C, H, W]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static Augmentation RandomCrop(int padding = 4, int? size = null, bool reflect = false, double fill = -1) =>
        new RandomCrop(padding, size, reflect, fill);

    /// <summary>Blurs some images, each with a Gaussian of its own width.</summary>
    /// <remarks>
    /// Beyond its border an image is reflected, outermost pixels included, so that its mean stays. The Gaussian is cut off at three times
    /// <paramref name="maxSigma"/>. Default widths: Chen et al., 2020 (SimCLR), for images of about 224 pixels; use smaller ones for small
    /// images.
    /// </remarks>
    /// <param name="probability">Probability that an image is blurred, in [0, 1].</param>
    /// <param name="minSigma">Smallest standard deviation in pixels, finite, above 0.</param>
    /// <param name="maxSigma">Largest standard deviation in pixels, finite, at least <paramref name="minSigma"/>.</param>
    /// <returns>The augmentation, for images <c>[N, C, H, W]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static Augmentation GaussianBlur(double probability = 0.5, double minSigma = 0.1, double maxSigma = 2) =>
        new GaussianBlur(probability, minSigma, maxSigma);

    /// <summary>Inverts the bright pixels of some images.</summary>
    /// <remarks>Source of the recipe: Grill et al., 2020 (BYOL), who invert one image in five, in one of two views.</remarks>
    /// <param name="probability">Probability that an image is changed, in [0, 1].</param>
    /// <param name="threshold">
    /// Pixels of at least this value are inverted, each channel by itself; in [−1, 1], default 0, the middle.
    /// </param>
    /// <returns>The augmentation, for images <c>[N, C, H, W]</c> in [−1, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static Augmentation Solarization(double probability = 0.2, double threshold = 0) => new Solarization(probability, threshold);

    /// <summary>
    /// Random mirror images and quarter turns, for images without up and down, such as those of satellites and microscopes.
    /// </summary>
    /// <remarks>
    /// Pixels keep their values; nothing is resampled. With the defaults each of the eight orientations is equally likely.
    /// </remarks>
    /// <param name="mirror">Probability that left and right are exchanged, in [0, 1].</param>
    /// <param name="verticalMirror">Probability that top and bottom are exchanged, in [0, 1].</param>
    /// <param name="quarterTurns">
    /// Whether images are turned by 0, 90, 180 or 270 degrees, each equally likely. Images must be square then.
    /// </param>
    /// <returns>The augmentation, for images <c>[N, C, H, W]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static Augmentation Orientation(double mirror = 0.5, double verticalMirror = 0.5, bool quarterTurns = true) =>
        new ImageOrientation(mirror, verticalMirror, quarterTurns);

    /// <summary>Changes every example of a batch independently.</summary>
    /// <param name="batch">Examples <c>[N, *shape]</c>, floating point, on any device; it is not changed.</param>
    /// <param name="generator">Source of randomness, a CPU generator.</param>
    /// <returns>
    /// A new tensor <c>[N, *OutputShape]</c> of the batch's dtype and device; it belongs to the caller or its dispose scope.
    /// </returns>
    public abstract Tensor Apply(Tensor batch, Generator generator);

    /// <summary>Shape of a changed example. By default the shape of the example.</summary>
    /// <param name="exampleShape">Shape of one example, without the batch.</param>
    /// <returns>Shape of one changed example.</returns>
    /// <exception cref="ArgumentException">Examples of this shape cannot be changed.</exception>
    public virtual IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape)
    {
        ArgumentNullException.ThrowIfNull(exampleShape);
        return exampleShape;
    }

    /// <summary>
    /// Examples for evaluation (features, probes): without randomness, brought to <see cref="OutputShape"/>. By default unchanged.
    /// </summary>
    /// <param name="batch">Examples <c>[N, *shape]</c>; it is not changed.</param>
    /// <returns>A tensor that belongs to the caller or its dispose scope; it may share the batch's memory.</returns>
    public virtual Tensor EvaluationView(Tensor batch)
    {
        TensorGuard.NotDisposed(batch);
        return batch.alias();
    }

    /// <summary>Applies this augmentation, then another one, with the same generator.</summary>
    /// <param name="next">The augmentation of the changed examples.</param>
    /// <returns>Both as one augmentation.</returns>
    public Augmentation Then(Augmentation next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new Chain(this, next);
    }

    private sealed class Chain(Augmentation first, Augmentation second) : Augmentation
    {
        public override IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape) =>
            second.OutputShape(first.OutputShape(exampleShape));

        public override Tensor EvaluationView(Tensor batch)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(BatchGuard.EvaluationView(second, BatchGuard.EvaluationView(first, batch)));
        }

        public override Tensor Apply(Tensor batch, Generator generator)
        {
            using var scope = NewDisposeScope();
            return scope.MoveToOuter(BatchGuard.Augment(second, BatchGuard.Augment(first, batch, generator), generator));
        }
    }

    private sealed class DelegateAugmentation(Func<Tensor, Generator, Tensor> change) : Augmentation
    {
        public override Tensor Apply(Tensor batch, Generator generator)
        {
            ArgumentNullException.ThrowIfNull(batch);
            ArgumentNullException.ThrowIfNull(generator);
            using var scope = NewDisposeScope();
            Tensor changed = change(batch, generator);
            return scope.MoveToOuter(ReferenceEquals(changed, batch) ? batch.alias() : changed);
        }
    }
}
