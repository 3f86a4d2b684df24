using System.Numerics;
using InfoMax.Evaluation.Features;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Euclidean distance.</summary>
internal sealed class EuclideanDistance : DistanceMetric
{
    /// <summary>Above what rounding makes of ‖a‖² + ‖b‖² − 2 a·b, as a share of the squares.</summary>
    private const double Rounding = 4e-6;

    /// <summary>Squares below this are lost to the range of float32.</summary>
    private const double Lost = 1e-36;

    public override string Name => "L2";

    internal override int? Degree => 1;

    /// <summary>
    /// One matrix product, relative to the mean of the gallery, so that an offset does not use up the digits. What rounding may
    /// have added is subtracted, so that no row seems farther than it is.
    /// </summary>
    public override Tensor Pairwise(Tensor queries, Tensor gallery)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        using var scope = NewDisposeScope();
        double magnitude = Math.Max(Magnitude.Of(queries), Magnitude.Of(gallery)), unit = magnitude is >= 1e-10 and <= 1e10 ? 1 : magnitude;
        (Tensor sought, Tensor searched) = unit == 1 ? (queries, gallery) : (queries / unit, gallery / unit);
        Tensor center = searched.mean([0L], keepdim: true), a = sought - center, b = searched - center;
        Tensor squaresA = a.square().sum([1L], keepdim: true).mul_(1 - Rounding).sub_(Lost), squaresB = b.square().sum(1)
            .mul_(1 - Rounding);
        Tensor distances = addmm(squaresB, a, b.t(), 1, -2).add_(squaresA).clamp_min_(0).sqrt_();
        return scope.MoveToOuter(unit == 1 ? distances : distances.mul_(unit));
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
