using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// Mean and deviation of each unit over a batch <c>[N, F]</c>, or of each channel over batch and locations of <c>[N, C, *spatial]</c>;
/// shaped to be broadcast.
/// </summary>
internal readonly record struct BatchMoments(Tensor Mean, Tensor Deviation)
{
    /// <summary>Added to variances, as in the library's other batch normalization.</summary>
    public const double VarianceFloor = 1e-5;

    public static BatchMoments Of(Tensor values)
    {
        long[] over = [0, .. Enumerable.Range(2, (int)values.dim() - 2)];
        Tensor mean = values.mean(over, keepdim: true);
        return new BatchMoments(mean, (values - mean).square().mean(over, keepdim: true).add(VarianceFloor).sqrt());
    }

    /// <summary>The values with these moments taken out.</summary>
    public Tensor Normalize(Tensor values) => (values - Mean) / Deviation;
}
