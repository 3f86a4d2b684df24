using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>k nearest neighbors: what the distances of a representation say about classes. Nothing is trained.</summary>
/// <remarks>
/// Each neighbor votes for its class. Among classes with equal votes, the class of the nearest neighbor wins; among equal distances, the
/// lower row number. The answer is exact and the same every time. Works in blocks.
/// </remarks>
public sealed class KnnProbe : Probe
{
    /// <inheritdoc/>
    public override string Name => "k-NN";

    /// <summary>Number of neighbors.</summary>
    /// <value>At least 1. Default 20. If there are fewer training rows, all of them vote.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int K
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(K));
    } = 20;

    /// <summary>The distance.</summary>
    /// <value>Default <see cref="DistanceMetric.Cosine"/>.</value>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public DistanceMetric Metric
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Metric));
    } = DistanceMetric.Cosine;

    /// <summary>
    /// Whether near neighbors count more, by <see cref="DistanceMetric.VoteWeight"/>; otherwise each neighbor counts one.
    /// </summary>
    /// <value>Default true.</value>
    public bool Weighted { get; init; } = true;

    /// <summary>Whether features are standardized by the training rows first, so that their scale does not matter.</summary>
    /// <value>Default true, for every metric. False with cosine is the usual protocol for codes that are already normalized.</value>
    public bool Standardize { get; init; } = true;

    /// <inheritdoc/>
    protected override bool IsSeeded => false;

    /// <inheritdoc/>
    protected override (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) Run(
        FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Tensor queries, Tensor gallery, double _) = ComparableRows.Of(test.Values, train.Values, Metric, Standardize);
        int k = Math.Min(K, train.Count);
        NearestNeighbors found = NeighborSearch.Run(queries, gallery, k, Metric, excludeSelf: false, cancellationToken);
        int[] predictions = [.. found.Indices.Select((rows, i) => Vote(rows, found.Distances[i], train.Labels!))];
        string votes = $"{(Weighted ? "weighted" : "majority")} votes, {(Standardize ? "standardized" : "as they are")}";
        return (predictions, $"k={k}, {Metric.Name}, {votes}", null);
    }

    private int Vote(int[] rows, double[] distances, IReadOnlyList<int> labels)
    {
        // Classes in the order of their nearest neighbors, so that the first of equal votes is the nearest.
        var votes = new List<(int Class, double Weight)>();
        for (int i = 0; i < rows.Length; i++)
        {
            double weight = Weighted ? Metric.VoteWeight(distances[i]) : 1;
            int at = votes.FindIndex(vote => vote.Class == labels[rows[i]]);
            if (at < 0)
            {
                votes.Add((labels[rows[i]], weight));
            }
            else
            {
                votes[at] = (votes[at].Class, votes[at].Weight + weight);
            }
        }

        return votes.MaxBy(vote => vote.Weight).Class;
    }
}
