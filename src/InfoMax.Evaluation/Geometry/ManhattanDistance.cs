using System.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>Sum of absolute differences.</summary>
internal sealed class ManhattanDistance : DistanceMetric
{
    public override string Name => "L1";

    internal override int? Degree => 1;

    public override Tensor Pairwise(Tensor queries, Tensor gallery)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return cdist(queries, gallery, p: 1);
    }

    public override double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        int i = 0;
        var sums = Vector<double>.Zero;
        for (; i <= first.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(first[i..]), out Vector<double> low, out Vector<double> high);
            Vector.Widen(new Vector<float>(second[i..]), out Vector<double> otherLow, out Vector<double> otherHigh);
            sums += Vector.Abs(low - otherLow) + Vector.Abs(high - otherHigh);
        }

        double sum = Vector.Sum(sums);
        for (; i < first.Length; i++)
        {
            sum += Math.Abs((double)first[i] - second[i]);
        }

        return sum;
    }
}
