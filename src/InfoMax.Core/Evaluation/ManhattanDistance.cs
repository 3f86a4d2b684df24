using static TorchSharp.torch;

namespace InfoMax.Evaluation;

/// <summary>Sum of absolute differences.</summary>
internal sealed class ManhattanDistance : DistanceMetric
{
    public override string Name => "L1";

    public override Tensor Pairwise(Tensor queries, Tensor gallery)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return cdist(queries, gallery, p: 1);
    }

    public override double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            sum += Math.Abs((double)first[i] - second[i]);
        }

        return sum;
    }
}
