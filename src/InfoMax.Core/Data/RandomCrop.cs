using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// A random crop: the image is padded on all sides and cropped at a random place, to its own size, which shifts it, the usual recipe of CIFAR (4 pixels of 32) and STL-10 (12 of 96), or to a smaller <see cref="Size"/>, as the paper does
/// with STL-10 (64 of 96, without padding).
/// </summary>
/// <remarks>Pixels stay as they are, nothing is resampled; every place is as likely. See <see cref="ImageAugmentation"/> for crops that are resized.</remarks>
public sealed record RandomCrop : Augmentation
{
    /// <summary>Pixels to pad on each side: the longest shift.</summary>
    /// <value>At least 0; default 4. With <see cref="CropPadding.Reflection"/> below height and width of the images.</value>
    public int Padding
    {
        get;
        init => field = OptionGuard.AtLeast(0, value, nameof(Padding));
    } = 4;

    /// <summary>Height and width of the crop, in pixels; null for those of the image.</summary>
    /// <value>At least 1, at most the image's with its padding; default null.</value>
    public int? Size
    {
        get;
        init => field = value is { } size ? OptionGuard.AtLeast(1, size, nameof(Size)) : null;
    }

    /// <summary>What shows beyond the border.</summary>
    /// <value>By default <see cref="CropPadding.Constant"/>.</value>
    public CropPadding Border
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Border), value, "Expected one of the values of CropPadding.");
    } = CropPadding.Constant;

    /// <summary>The value beyond the border, for <see cref="CropPadding.Constant"/>: −1 is black, as padding stored pixels with zeros; 0 is gray, as padding scaled ones.</summary>
    /// <value>In [−1, 1]; default −1.</value>
    public double Fill
    {
        get;
        init => field = value is >= -1 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Fill), value, "Expected a number in [−1, 1].");
    } = -1;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape is not <c>[C, H, W]</c>, or less than <see cref="Size"/> with the padding.</exception>
    public override IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape)
    {
        ArgumentNullException.ThrowIfNull(exampleShape);
        if (Size is not { } size)
        {
            return exampleShape;
        }

        return exampleShape is [long channels, long height, long width] && Math.Min(height, width) + (2 * Padding) >= size
            ? [channels, size, size]
            : throw new ArgumentException($"Expected examples [C, H, W] of at least {size} pixels in height and width with {Padding} of padding on each side, got {TensorGuard.Shape(exampleShape)}.", nameof(exampleShape));
    }

    /// <summary>The crop in the middle, if there is a <see cref="Size"/>; else the images as they are.</summary>
    /// <param name="batch">Images <c>[N, C, H, W]</c>.</param>
    /// <returns>A tensor that belongs to the caller or its dispose scope, and shares the batch's numbers where nothing is padded.</returns>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c>, or too small.</exception>
    public override Tensor EvaluationView(Tensor batch)
    {
        if (Size is not { } size)
        {
            return base.EvaluationView(batch);
        }

        CheckSize(batch);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (long height, long width) = (batch.shape[2], batch.shape[3]);
        // What is larger than the image has its padding in the middle too.
        Tensor images = size > Math.Min(height, width) ? Padded(batch) : batch;
        return scope.MoveToOuter(images.narrow(2, (images.shape[2] - size) / 2, size).narrow(3, (images.shape[3] - size) / 2, size));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c> of floating point, or too small to be reflected so far or for a crop of <see cref="Size"/>.</exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        (long count, long height, long width) = (batch.shape[0], batch.shape[2], batch.shape[3]);
        if (Border == CropPadding.Reflection && Padding >= Math.Min(height, width))
        {
            throw new ArgumentException($"Expected images of more than {Padding} pixels in height and width, to reflect as many, got {TensorGuard.Describe(batch)}.", nameof(batch));
        }

        CheckSize(batch);
        (long rows, long columns) = Size is { } size ? (size, size) : (height, width);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (Padding == 0 && rows == height && columns == width)
        {
            return scope.MoveToOuter(batch.alias());
        }

        Tensor padded = Padded(batch);
        Tensor Places(long image, long crop) => randint(0, image + (2 * Padding) - crop + 1, [count], dtype: ScalarType.Int64, generator: generator).to(batch.device);
        Tensor y = Places(height, rows), x = Places(width, columns);
        // A view of every window there is, [N, rows, columns, C, H, W], of which one is copied for each image.
        Tensor windows = padded.unfold(2, rows, 1).unfold(3, columns, 1).permute(0, 2, 3, 1, 4, 5);
        return scope.MoveToOuter(windows.index(arange(count, ScalarType.Int64, batch.device), y, x));
    }

    private void CheckSize(Tensor batch)
    {
        TensorGuard.NotDisposed(batch);
        TensorGuard.HasShape(batch, [-1, -1, -1, -1]);
        if (Size is { } size && Math.Min(batch.shape[2], batch.shape[3]) + (2 * Padding) < size)
        {
            throw new ArgumentException($"Expected images of at least {size} pixels in height and width with {Padding} of padding on each side, got {TensorGuard.Describe(batch)}.", nameof(batch));
        }
    }

    private Tensor Padded(Tensor batch)
    {
        if (Padding == 0)
        {
            return batch;
        }

        return Border == CropPadding.Reflection
            ? nn.functional.pad(batch, [Padding, Padding, Padding, Padding], PaddingModes.Reflect)
            : nn.functional.pad(batch, [Padding, Padding, Padding, Padding], PaddingModes.Constant, Fill);
    }
}
