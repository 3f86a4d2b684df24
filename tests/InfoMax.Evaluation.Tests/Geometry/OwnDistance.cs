using InfoMax.Evaluation.Geometry;
using TorchSharp;

namespace InfoMax.Evaluation.Tests.Geometry;

/// <summary>L1 on the first column, or something else that a user may have made.</summary>
internal sealed class OwnDistance : DistanceMetric
{
    public bool Wide { get; init; }

    public float? Rough { get; init; }

    public double? Distance { get; init; }

    public override string Name => "own";

    public override torch.Tensor Pairwise(torch.Tensor queries, torch.Tensor gallery) =>
        torch.full([queries.shape[0], gallery.shape[0] + (Wide ? 1 : 0)], Rough ?? 0);

    public override double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second) => Distance ?? Math.Abs(first[0] - second[0]);
}
