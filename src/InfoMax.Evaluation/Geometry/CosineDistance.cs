using System.Numerics;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>1 − cosine; votes weigh exp(cosine / 0.07), as in Wu et al. 2018.</summary>
internal sealed class CosineDistance : DistanceMetric
{
    private const double Temperature = 0.07;

    public override string Name => "cosine";

    internal override int? Degree => 0;

    public override Tensor Pairwise(Tensor queries, Tensor gallery)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(gallery);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(1 - Normalized(queries).matmul(Normalized(gallery).t()));
    }

    public override double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        int i = 0;
        Vector<double> dots = Vector<double>.Zero, squares = dots, otherSquares = dots;
        for (; i <= first.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(first[i..]), out Vector<double> low, out Vector<double> high);
            Vector.Widen(new Vector<float>(second[i..]), out Vector<double> otherLow, out Vector<double> otherHigh);
            dots += (low * otherLow) + (high * otherHigh);
            squares += (low * low) + (high * high);
            otherSquares += (otherLow * otherLow) + (otherHigh * otherHigh);
        }

        double dot = Vector.Sum(dots), a = Vector.Sum(squares), b = Vector.Sum(otherSquares);
        for (; i < first.Length; i++)
        {
            dot += (double)first[i] * second[i];
            a += (double)first[i] * first[i];
            b += (double)second[i] * second[i];
        }

        return a > 0 && b > 0 ? 1 - (dot / Math.Sqrt(a) / Math.Sqrt(b)) : 1;
    }

    public override double VoteWeight(double distance) => Math.Exp(-distance / Temperature);

    /// <summary>Rows divided by their lengths, whatever these are; rows of zeros stay zeros.</summary>
    private static Tensor Normalized(Tensor rows)
    {
        Tensor size = rows.abs().amax([1L], keepdim: true);
        Tensor scaled = rows / where(size.gt(0), size, ones_like(size));
        return scaled / scaled.norm(1, keepdim: true, p: 2f).clamp_min(1);
    }
}
