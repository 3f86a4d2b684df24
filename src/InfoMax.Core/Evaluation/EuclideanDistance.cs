using static TorchSharp.torch;

namespace InfoMax.Evaluation;

/// <summary>Euclidean distance.</summary>
internal sealed class EuclideanDistance : DistanceMetric
{
    public override string Name => "L2";

    public override Tensor Pairwise(Tensor queries, Tensor gallery)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return cdist(queries, gallery, p: 2);
    }

    public override double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = (double)first[i] - second[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
