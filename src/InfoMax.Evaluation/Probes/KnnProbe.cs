using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>k nearest neighbors: what the distances of a representation say about classes, with nothing trained.</summary>
/// <remarks>
/// Each neighbor votes for its class; between classes with equal votes that of the nearest neighbor wins, and between equal distances the
/// lower row number, so the answer is exact and the same every time. Works in blocks.
/// </remarks>
public sealed record KnnProbe : Probe
{
    private readonly int _k = 20;
    private readonly DistanceMetric _metric = DistanceMetric.Cosine;

    /// <inheritdoc/>
    public override string Name => "k-NN";

    /// <summary>Number of neighbors.</summary>
    /// <value>At least 1. Default 20. If there are fewer training rows, all of them vote.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int K
    {
        get => _k;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(K));
            _k = value;
        }
    }

    /// <summary>The distance.</summary>
    /// <value>Default <see cref="DistanceMetric.Cosine"/>.</value>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public DistanceMetric Metric
    {
        get => _metric;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Metric));
            _metric = value;
        }
    }

    /// <summary>Whether near neighbors count for more, by <see cref="DistanceMetric.VoteWeight"/>; otherwise each counts one.</summary>
    /// <value>Default true.</value>
    public bool Weighted { get; init; } = true;

    /// <summary>Whether features are standardized by the training rows first, so that their scale does not matter.</summary>
    /// <value>Default true, for every metric. With false and cosine this is the usual protocol for codes that are normalized themselves.</value>
    public bool Standardize { get; init; } = true;

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => RecordText.Of(this);

    /// <inheritdoc/>
    protected override bool IsSeeded => false;

    /// <inheritdoc/>
    protected override ProbeOutcome Run(FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Standardizer standardizer = Standardize ? Standardizer.Fit(train.Values) : Standardizer.Identity(train.FeatureCount);
        Tensor gallery = standardizer.Apply(train.Values, ScalarType.Float32);
        Tensor queries = standardizer.Apply(test.Values, ScalarType.Float32);
        int k = Math.Min(K, train.Count);
        NearestNeighbors found = NearestNeighbors.Search(queries, gallery, k, Metric, excludeSelf: false, cancellationToken);
        int[] predictions = [.. found.Indices.Select((rows, i) => Vote(rows, found.Distances[i], train.Labels!))];
        string settings = string.Create(CultureInfo.InvariantCulture, $"k={k}, {Metric.Name}, {(Weighted ? "weighted" : "majority")} votes, {(Standardize ? "standardized" : "as they are")}");
        return ProbeOutcome.Of(predictions, test.Labels!, settings);
    }

    private int Vote(int[] rows, double[] distances, IReadOnlyList<int> labels)
    {
        // In order of the nearest neighbor of each class, so that the first of equals is the nearest.
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
