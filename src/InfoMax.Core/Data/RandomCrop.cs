using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <inheritdoc cref="Augmentation.RandomCrop"/>
internal sealed class RandomCrop(int padding, int? size, bool reflect, double fill) : Augmentation
{
    private readonly int _padding = OptionGuard.AtLeast(0, padding, nameof(padding));
    private readonly int? _size = size is { } side ? OptionGuard.AtLeast(1, side, nameof(size)) : null;
    private readonly double _fill = double.IsFinite(fill) ? fill
        : throw new ArgumentOutOfRangeException(nameof(fill), fill, "Expected a finite number.");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape is not <c>[C, H, W]</c>, or less than the size with the padding.</exception>
    public override IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape)
    {
        ArgumentNullException.ThrowIfNull(exampleShape);
        if (_size is not { } size)
        {
            return exampleShape;
        }

        return exampleShape is [long channels, long height, long width] && Math.Min(height, width) + (2L * _padding) >= size
            ? [channels, size, size]
            : throw new ArgumentException(
                $"Expected examples [C, H, W] of at least {size} pixels in height and width with {_padding} of padding on each side, got " +
                $"{TensorGuard.Shape(exampleShape)}.", nameof(exampleShape));
    }

    /// <summary>The crop in the middle, if it has a size; else the images as they are.</summary>
    /// <param name="batch">Images <c>[N, C, H, W]</c>.</param>
    /// <returns>A tensor that belongs to the caller or its dispose scope, and shares the batch's numbers where nothing is padded.</returns>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c>, or too small.</exception>
    public override Tensor EvaluationView(Tensor batch)
    {
        if (_size is not { } size)
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
    /// <exception cref="ArgumentException">
    /// The batch is not <c>[N, C, H, W]</c> of floating point, or too small to be reflected so far or for a crop of the size.
    /// </exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        (long count, long height, long width) = (batch.shape[0], batch.shape[2], batch.shape[3]);
        if (reflect && _padding >= Math.Min(height, width))
        {
            throw new ArgumentException(
                $"Expected images of more than {_padding} pixels in height and width, to reflect as many, got " +
                $"{TensorGuard.Describe(batch)}.", nameof(batch));
        }

        CheckSize(batch);
        (long rows, long columns) = _size is { } size ? (size, size) : (height, width);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (_padding == 0 && rows == height && columns == width)
        {
            return scope.MoveToOuter(batch.alias());
        }

        Tensor padded = Padded(batch);
        Tensor Places(long image, long crop) =>
            randint(0, image + (2L * _padding) - crop + 1, [count], dtype: ScalarType.Int64, generator: generator).to(batch.device);
        Tensor y = Places(height, rows), x = Places(width, columns);
        // A view of every window there is, [N, rows, columns, C, H, W], of which one is copied for each image.
        Tensor windows = padded.unfold(2, rows, 1).unfold(3, columns, 1).permute(0, 2, 3, 1, 4, 5);
        return scope.MoveToOuter(windows.index(arange(count, ScalarType.Int64, batch.device), y, x));
    }

    private void CheckSize(Tensor batch)
    {
        TensorGuard.NotDisposed(batch);
        TensorGuard.HasShape(batch, [-1, -1, -1, -1]);
        if (_size is { } size && Math.Min(batch.shape[2], batch.shape[3]) + (2L * _padding) < size)
        {
            throw new ArgumentException(
                $"Expected images of at least {size} pixels in height and width with {_padding} of padding on each side, got " +
                $"{TensorGuard.Describe(batch)}.", nameof(batch));
        }
    }

    private Tensor Padded(Tensor batch)
    {
        if (_padding == 0)
        {
            return batch;
        }

        return reflect
            ? nn.functional.pad(batch, [_padding, _padding, _padding, _padding], PaddingModes.Reflect)
            : nn.functional.pad(batch, [_padding, _padding, _padding, _padding], PaddingModes.Constant, _fill);
    }
}
