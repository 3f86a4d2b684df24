using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>
/// The usual augmentations of contrastive learning for images in [−1, 1]: a random crop that is resized, mirror images, jitter of
/// brightness, contrast, saturation and hue, and loss of color.
/// </summary>
/// <remarks>
/// Each example is changed independently; crop and mirror image are one bilinear resampling. Colors are changed in [0, 1] and clipped to
/// it: for images that are not in [−1, 1] set <see cref="Jitter"/>, <see cref="Hue"/> and <see cref="Grayscale"/> to 0. Saturation, hue and
/// loss of color apply to images of three channels only. Set to 0 what your labels depend on. Source of the recipe: Bachman et al., 2019
/// (AMDIM).
/// </remarks>
public sealed class ImageAugmentation : Augmentation
{
    /// <summary>The smallest share of an image's area that a crop keeps; 1 for no crop.</summary>
    /// <value>In (0, 1]; default 0.3.</value>
    public double MinArea
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinArea), value, "Expected a share in (0, 1].");
    } = 0.3;

    /// <summary>Height and width that crops are resized to, in pixels; null for those of the image.</summary>
    /// <value>At least 1; default null.</value>
    public int? Size
    {
        get;
        init => field = value is { } size ? OptionGuard.AtLeast(1, size, nameof(Size)) : null;
    }

    /// <summary>The largest ratio of a crop's sides, width to height or height to width.</summary>
    /// <value>At least 1; default 4/3.</value>
    public double MaxAspect
    {
        get;
        init => field = value >= 1 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxAspect), value, "Expected a finite ratio of at least 1.");
    } = 4.0 / 3.0;

    /// <summary>Probability of a mirror image.</summary>
    /// <value>In [0, 1]; default 0.5.</value>
    public double Mirror
    {
        get;
        init => field = RandomImages.Share(value, nameof(Mirror));
    } = 0.5;

    /// <summary>Largest distance of the factors of brightness, contrast and saturation from 1.</summary>
    /// <value>In [0, 1]; default 0.4.</value>
    public double Jitter
    {
        get;
        init => field = RandomImages.Share(value, nameof(Jitter));
    } = 0.4;

    /// <summary>
    /// Largest rotation of the hue of an image of three channels, in either direction, in turns of the color circle. Usual recipes with hue
    /// have 0.1.
    /// </summary>
    /// <value>In [0, 0.5]; default 0.</value>
    public double Hue
    {
        get;
        init => field = value is >= 0 and <= 0.5
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Hue), value, "Expected turns in [0, 0.5].");
    }

    /// <summary>Probability that an image of three channels loses its color.</summary>
    /// <value>In [0, 1]; default 0.2.</value>
    public double Grayscale
    {
        get;
        init => field = RandomImages.Share(value, nameof(Grayscale));
    } = 0.2;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape is not <c>[C, H, W]</c>, and there is a <see cref="Size"/>.</exception>
    public override IReadOnlyList<long> OutputShape(IReadOnlyList<long> exampleShape)
    {
        ArgumentNullException.ThrowIfNull(exampleShape);
        return (Size, exampleShape) switch
        {
            (null, _) => exampleShape,
            ({ } size, [long channels, _, _]) => [channels, size, size],
            _ => throw new ArgumentException($"Expected examples [C, H, W], got {TensorGuard.Shape(exampleShape)}.", nameof(exampleShape)),
        };
    }

    /// <summary>The whole images at <see cref="Size"/>; without a size, the images as they are.</summary>
    /// <param name="batch">Images <c>[N, C, H, W]</c>, floating point.</param>
    /// <returns>A tensor that belongs to the caller or its dispose scope.</returns>
    /// <remarks>
    /// A side that shrinks is averaged over exact areas; a side that grows is interpolated linearly. This is the rule of all readers of
    /// images. They round to bytes, halves to the even number; here nothing is rounded.
    /// </remarks>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c> of floating point.</exception>
    public override Tensor EvaluationView(Tensor batch)
    {
        if (Size is not { } size)
        {
            return base.EvaluationView(batch);
        }

        TensorGuard.NotDisposed(batch);
        TensorGuard.FloatingPoint(batch);
        TensorGuard.HasShape(batch, [-1, -1, -1, -1]);
        using var noGrad = no_grad();
        return ImageResizing.ResizeBatch(batch, size);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The batch is not <c>[N, C, H, W]</c> of floating point, or colors are changed and pixels are outside [−1, 1].
    /// </exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        if (Recolors(batch))
        {
            RandomImages.CheckRange(batch);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Recolor(Crop(batch, generator), generator));
    }

    private bool Recolors(Tensor batch) => Jitter > 0 || Grayscale > 0 || (batch.shape[1] == 3 && Hue > 0);

    private static Tensor Each(Tensor factors) => factors.view(-1, 1, 1, 1);

    private Tensor Crop(Tensor batch, Generator generator)
    {
        double stretch = Math.Log(MaxAspect);
        Tensor area = RandomImages.Draw(MinArea, 1, batch, generator);
        Tensor aspect = RandomImages.Draw(-stretch, stretch, batch, generator).exp();
        // Half sizes and centers in the coordinates of the grid, where an image reaches from −1 to 1.
        Tensor width = area.mul(aspect).sqrt().clamp(max: 1), height = area.div(aspect).sqrt().clamp(max: 1);
        Tensor x = RandomImages.Draw(-1, 1, batch, generator).mul(width.neg().add(1));
        Tensor y = RandomImages.Draw(-1, 1, batch, generator).mul(height.neg().add(1));
        Tensor direction = RandomImages.Draw(0, 1, batch, generator).lt(Mirror).to(batch.dtype).mul(-2).add(1), zero = zeros_like(x);
        Tensor transform = stack([stack([width.mul(direction), zero, x], 1), stack([zero, height, y], 1)], 1);
        Tensor grid = nn.functional.affine_grid(
            transform, [.. batch.shape[..2], Size ?? batch.shape[2], Size ?? batch.shape[3]], align_corners: false);
        return nn.functional.grid_sample(
            batch, grid, mode: GridSampleMode.Bilinear, padding_mode: GridSamplePaddingMode.Border, align_corners: false);
    }

    private Tensor Recolor(Tensor batch, Generator generator)
    {
        if (!Recolors(batch))
        {
            return batch;
        }

        bool color = batch.shape[1] == 3;
        Tensor values = batch.add(1).div(2).mul(Each(RandomImages.Draw(1 - Jitter, 1 + Jitter, batch, generator)));
        Tensor mean = Gray(values, color).mean([1, 2, 3], keepdim: true);
        values = values.sub(mean).mul(Each(RandomImages.Draw(1 - Jitter, 1 + Jitter, batch, generator))).add(mean);
        if (color)
        {
            Tensor saturation = RandomImages.Draw(1 - Jitter, 1 + Jitter, batch, generator).mul(
                RandomImages.Draw(0, 1, batch, generator).ge(Grayscale).to(batch.dtype));
            Tensor gray = Gray(values, color);
            values = values.sub(gray).mul(Each(saturation)).add(gray);
        }

        values = values.clamp(0, 1);
        if (color && Hue > 0)
        {
            values = HueRotation.Apply(values, Each(RandomImages.Draw(-Hue, Hue, batch, generator)));
        }

        return values.mul(2).sub(1);
    }

    /// <summary>Luma by the weights of ITU-R BT.601; the mean of the channels where there are not three.</summary>
    private static Tensor Gray(Tensor values, bool color) => color
        ? values.narrow(1, 0, 1).mul(0.299).add(values.narrow(1, 1, 1).mul(0.587)).add(values.narrow(1, 2, 1).mul(0.114))
        : values.mean([1], keepdim: true);
}
