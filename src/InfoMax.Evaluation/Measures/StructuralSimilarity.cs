using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// How alike two images look: the structural similarity of Wang, Bovik, Sheikh and Simoncelli (2004) on one scale,
/// <see cref="SingleScale"/>, and of Wang, Simoncelli and Bovik (2003) on several scales, <see cref="MultiScale"/>. The two are different
/// numbers.
/// </summary>
/// <remarks>
/// <para>
/// With means μ, variances σ² and covariance σ<sub>xy</sub> of the two images x and y under a Gaussian window, C₁ = (K₁·R)² and C₂
/// = (K₂·R)² for a range R of pixels, every position of the window has a luminance l = (2 μ<sub>x</sub> μ<sub>y</sub> + C₁) /
/// (μ<sub>x</sub>² + μ<sub>y</sub>² + C₁) and a contrast and structure cs = (2 σ<sub>xy</sub> + C₂) / (σ<sub>x</sub>² +
/// σ<sub>y</sub>² + C₂). Variances are those of the window's weights (not n − 1).
/// </para>
/// <para>
/// The single-scale value of an image is the mean of l·cs over positions and channels. The multi-scale value of a channel is Π
/// cs<sub>s</sub>^w<sub>s</sub> over the scales but the last, times (l·cs)^w of the last, each the mean over positions; scales are
/// made by the mean of 2×2 pixels, an odd last row or column being left out; the value of an image is the mean over its channels. A
/// mean below 0, which no power with a fraction has, counts as 0: the channel's value is 0 and has no gradient.
/// </para>
/// <para>
/// Both are at most 1, and 1 for equal images; they are symmetric. Both have gradients to both images. Negative single-scale values
/// say that structures are opposed.
/// </para>
/// </remarks>
public sealed class StructuralSimilarity
{
    private static readonly double[] PublishedWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];


    /// <summary>
    /// What the released code of the paper computes under the name of MS-SSIM: <see cref="SingleScale"/> with zeros around the
    /// image and the constants of pixels in [0, 1], though its pixels lie in [−1, 1]. Only to compare with values found by that
    /// code.
    /// </summary>
    public static StructuralSimilarity ReferenceCode { get; } = new() { DataRange = 1, ZeroPadding = true };

    /// <summary>Side of the window in pixels.</summary>
    /// <value>Odd, at least 1. Default 11.</value>
    /// <exception cref="ArgumentOutOfRangeException">Even, or less than 1.</exception>
    public int Window
    {
        get;
        init => field = value >= 1 && value % 2 == 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Window), value, "Expected an odd number of at least 1.");
    } = 11;

    /// <summary>Standard deviation of the Gaussian window in pixels.</summary>
    /// <value>Finite, above 0. Default 1.5.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double Sigma
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(Sigma));
    } = 1.5;

    /// <summary>K₁, which keeps the luminance of dark windows from dividing by 0.</summary>
    /// <value>Finite, above 0. Default 0.01.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double K1
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(K1));
    } = 0.01;

    /// <summary>K₂, which keeps the contrast of flat windows from dividing by 0.</summary>
    /// <value>Finite, above 0. Default 0.03.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double K2
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(K2));
    } = 0.03;

    /// <summary>R, the greatest possible pixel minus the least.</summary>
    /// <value>Finite, above 0. Default 2, for pixels in [−1, 1] as this library's sources give them; 1 for [0, 1], 255 for bytes.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double DataRange
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(DataRange));
    } = 2;

    /// <summary>
    /// Whether the window also stands where it hangs over the edge, with zeros there. False (the default) takes the positions at
    /// which it lies inside the image.
    /// </summary>
    public bool ZeroPadding { get; init; }

    /// <summary>
    /// Number of scales of <see cref="MultiScale"/>. The published five, with weights 0.0448, 0.2856, 0.3001, 0.2363 and 0.1333
    /// from fine to coarse, need images of 176 pixels; with fewer, the weights of the finest scales are divided by their sum, which
    /// is another measure: give the number with the value.
    /// </summary>
    /// <value>From 1 to 5. Default 5. <see cref="MaxScales"/> says how many fit an image.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public int Scales
    {
        get;
        init => field = value >= 1 && value <= PublishedWeights.Length
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Scales), value, $"Expected from 1 to {PublishedWeights.Length} scales.");
    } = 5;

    /// <summary>The weights of the scales, from fine to coarse; their sum is 1 (that of the published five is 1.0001, and stays).</summary>
    public IReadOnlyList<double> Weights
    {
        get
        {
            double sum = Scales == PublishedWeights.Length ? 1 : PublishedWeights.Take(Scales).Sum();
            return [.. PublishedWeights.Take(Scales).Select(weight => weight / sum)];
        }
    }

    /// <summary>How many scales fit an image, at most five; 0 if not even one does.</summary>
    /// <param name="height">Height in pixels.</param>
    /// <param name="width">Width in pixels.</param>
    public int MaxScales(long height, long width)
    {
        int scales = 0;
        while (scales < PublishedWeights.Length && Math.Min(height, width) >= SmallestSide(scales + 1))
        {
            scales++;
        }

        return scales;
    }

    /// <summary>Single-scale structural similarity (SSIM) of each pair of images.</summary>
    /// <param name="images">
    /// Images <c>[N, C, H, W]</c>, float32 or float64, no side below the window (with <see cref="ZeroPadding"/>: any).
    /// </param>
    /// <param name="others">The images to compare with, one for each: the same shape, dtype and device.</param>
    /// <returns>
    /// Values <c>[N]</c> in [−1, 1], differentiable; they belong to the caller, or to the dispose scope open at the call.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The tensors have another form, differ in it, or are too small; the message names the smallest side.
    /// </exception>
    public Tensor SingleScale(Tensor images, Tensor others)
    {
        Check(images, others, scales: 1);
        using var scope = NewDisposeScope();
        (Tensor full, Tensor _) = new SimilarityMap(this, images).Means(InUnit(images), InUnit(others));
        return scope.MoveToOuter(full.mean([1]));
    }

    /// <summary>Multi-scale structural similarity (MS-SSIM) of each pair of images, on <see cref="Scales"/> scales.</summary>
    /// <param name="images">
    /// Images <c>[N, C, H, W]</c>, float32 or float64, no side below 2^(scales − 1) windows (with <see cref="ZeroPadding"/>:
    /// pixels).
    /// </param>
    /// <param name="others">The images to compare with, one for each: the same shape, dtype and device.</param>
    /// <returns>Values <c>[N]</c> in [0, 1], differentiable; they belong to the caller, or to the dispose scope open at the call.</returns>
    /// <exception cref="ArgumentException">
    /// The tensors have another form, differ in it, or are too small for the scales; the message names the smallest side.
    /// </exception>
    public Tensor MultiScale(Tensor images, Tensor others)
    {
        Check(images, others, Scales);
        using var scope = NewDisposeScope();
        var map = new SimilarityMap(this, images);
        IReadOnlyList<double> weights = Weights;
        Tensor? product = null;
        (Tensor x, Tensor y) = (InUnit(images), InUnit(others));
        for (int s = 0; s < Scales; s++)
        {
            (Tensor full, Tensor contrast) = map.Means(x, y);
            Tensor factor = PositivePower(s == Scales - 1 ? full : contrast, weights[s]);
            product = product is null ? factor : product * factor;
            if (s < Scales - 1)
            {
                (x, y) = (nn.functional.avg_pool2d(x, 2), nn.functional.avg_pool2d(y, 2));
            }
        }

        return scope.MoveToOuter(product!.mean([1]));
    }

    /// <summary>The power of two in which pixels are computed: 1, or near a range whose squares float32 may not hold.</summary>
    internal double Unit => DataRange is >= 1e-6 and <= 1e6 ? 1 : Magnitude.PowerOfTwo(DataRange);

    private Tensor InUnit(Tensor images) => Unit == 1 ? images : images / Unit;

    /// <summary>These settings with another number of scales.</summary>
    internal StructuralSimilarity WithScales(int scales) => new()
    {
        Window = Window,
        Sigma = Sigma,
        K1 = K1,
        K2 = K2,
        DataRange = DataRange,
        ZeroPadding = ZeroPadding,
        Scales = scales,
    };

    /// <summary>
    /// max(0, value)^power. The derivative of a power below 1 is infinite at 0, so what is not positive is cut off before it.
    /// </summary>
    private static Tensor PositivePower(Tensor values, double power)
    {
        Tensor positive = values.detach().gt(0);
        return where(positive, values, ones_like(values)).pow(power) * positive.to(values.dtype);
    }

    private long SmallestSide(int scales) => (ZeroPadding ? 1L : Window) << (scales - 1);

    private void Check(Tensor images, Tensor others, int scales)
    {
        TensorGuard.NotDisposed(images);
        TensorGuard.NotDisposed(others);
        TensorGuard.SingleOrDouble(images);
        TensorGuard.SameKind(others, images, nameof(others), nameof(images));
        if (images.dim() != 4 || images.numel() == 0)
        {
            throw new ArgumentException($"Expected images [N, C, H, W], got {TensorGuard.Describe(images)}.", nameof(images));
        }

        TensorGuard.HasShape(others, images.shape);
        long side = SmallestSide(scales), smallest = Math.Min(images.shape[2], images.shape[3]);
        if (smallest < side)
        {
            string remedy = MaxScales(images.shape[2], images.shape[3]) is > 0 and int fit ? $"; Scales = {fit} fits them" : "";
            throw new ArgumentException(
                $"Expected images with sides of at least {side} pixels for {scales} scale(s) with a window of {Window}, " +
                $"got {images.shape[2]}×{images.shape[3]}{remedy}.",
                nameof(images));
        }
    }
}
