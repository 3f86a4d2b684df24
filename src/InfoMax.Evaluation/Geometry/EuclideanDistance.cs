using System.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Euclidean distance.</summary>
internal sealed class EuclideanDistance : DistanceMetric
{
    /// <summary>Above what rounding makes of ‖a‖² + ‖b‖² − 2 a·b, as a share of the squares.</summary>
    private const double Rounding = 4e-6;

    public override string Name => "L2";

    /// <summary>
    /// By way of one matrix product, from the mean of the gallery, so that an offset does not use up the digits; and less what rounding may have
    /// added, so that no row seems farther than it is.
    /// </summary>
    public override Tensor Pairwise(Tensor queries, Tensor gallery)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        using var scope = NewDisposeScope();
        Tensor center = gallery.mean([0L], keepdim: true), a = queries - center, b = gallery - center;
        Tensor squaresA = a.square().sum([1L], keepdim: true).mul_(1 - Rounding), squaresB = b.square().sum(1).mul_(1 - Rounding);
        return scope.MoveToOuter(addmm(squaresB, a, b.t(), 1, -2).add_(squaresA).clamp_min_(0).sqrt_());
    }

    public override double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        int i = 0;
        var sums = Vector<double>.Zero;
        for (; i <= first.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(first[i..]), out Vector<double> low, out Vector<double> high);
            Vector.Widen(new Vector<float>(second[i..]), out Vector<double> otherLow, out Vector<double> otherHigh);
            (low, high) = (low - otherLow, high - otherHigh);
            sums += (low * low) + (high * high);
        }

        double sum = Vector.Sum(sums);
        for (; i < first.Length; i++)
        {
            double difference = (double)first[i] - second[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
