using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>A distance between rows of features. Extension point: derive for a metric of your own. Instances hold no state.</summary>
public abstract class DistanceMetric
{
    /// <summary>1 − cosine of the angle; a row of zeros is at distance 1 of everything.</summary>
    public static DistanceMetric Cosine { get; } = new CosineDistance();

    /// <summary>Sum of absolute differences: the metric of the paper's nearest neighbors.</summary>
    public static DistanceMetric L1 { get; } = new ManhattanDistance();

    /// <summary>Euclidean distance.</summary>
    public static DistanceMetric L2 { get; } = new EuclideanDistance();

    /// <summary>Name of the metric, for results.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// All distances at once, fast and approximate: it selects candidates, whose distances <see cref="Between"/> computes.
    /// </summary>
    /// <param name="queries">Rows <c>[Q, F]</c>, float32.</param>
    /// <param name="gallery">Rows <c>[G, F]</c>, float32.</param>
    /// <returns>Distances <c>[Q, G]</c>, a new tensor.</returns>
    public abstract Tensor Pairwise(Tensor queries, Tensor gallery);

    /// <summary>The distance of two rows of the same length, in double.</summary>
    /// <param name="first">A row.</param>
    /// <param name="second">Another row.</param>
    public abstract double Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second);

    /// <summary>Weight of a neighbor's vote, above 0, finite and decreasing with distance. By default 1 / distance.</summary>
    /// <param name="distance">The neighbor's distance.</param>
    public virtual double VoteWeight(double distance) => 1 / Math.Max(distance, 1e-300);

    /// <summary>
    /// How distances change if all rows are multiplied by a number above 0: with its power of this degree. Null for unknown, as for a
    /// user's metric.
    /// </summary>
    internal virtual int? Degree => null;

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
