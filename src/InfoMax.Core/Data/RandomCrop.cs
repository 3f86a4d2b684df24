using InfoMax.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>A random shift: the image is padded on all sides and cropped to its own size at a random place, the usual recipe of CIFAR (4 pixels of 32) and STL-10 (12 of 96).</summary>
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

    /// <summary>What shows beyond the border.</summary>
    /// <value>By default <see cref="CropPadding.Constant"/>.</value>
    public CropPadding Border
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Border), value, "Expected one of the values of CropPadding.");
    } = CropPadding.Constant;

    /// <summary>The value beyond the border, for <see cref="CropPadding.Constant"/>: −1 is black, as padding stored pixels with zeros; 0 is grey, as padding scaled ones.</summary>
    /// <value>In [−1, 1]; default −1.</value>
    public double Fill
    {
        get;
        init => field = value is >= -1 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Fill), value, "Expected a number in [−1, 1].");
    } = -1;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c> of floating point, or too small to be reflected so far.</exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        (long count, long height, long width) = (batch.shape[0], batch.shape[2], batch.shape[3]);
        if (Border == CropPadding.Reflection && Padding >= Math.Min(height, width))
        {
            throw new ArgumentException($"Expected images of more than {Padding} pixels in height and width, to reflect as many, got {TensorGuard.Describe(batch)}.", nameof(batch));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        if (Padding == 0)
        {
            return scope.MoveToOuter(batch.alias());
        }

        Tensor padded = Border == CropPadding.Reflection
            ? nn.functional.pad(batch, [Padding, Padding, Padding, Padding], PaddingModes.Reflect)
            : nn.functional.pad(batch, [Padding, Padding, Padding, Padding], PaddingModes.Constant, Fill);
        Tensor places = randint(0, (2 * Padding) + 1, [2, count], dtype: ScalarType.Int64, generator: generator).to(batch.device);
        // A view of every window there is, [N, rows, columns, C, H, W], of which one is copied for each image.
        Tensor windows = padded.unfold(2, height, 1).unfold(3, width, 1).permute(0, 2, 3, 1, 4, 5);
        return scope.MoveToOuter(windows.index(arange(count, ScalarType.Int64, batch.device), places[0], places[1]));
    }
}
