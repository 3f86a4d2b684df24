using System.Globalization;

namespace InfoMax.Evaluation.Geometry;

/// <summary>What a <see cref="Retrieval"/> found, with the protocol by which it was found.</summary>
public sealed class RetrievalResult
{
    internal RetrievalResult()
    {
    }

    /// <summary>Name of the feature.</summary>
    public string Feature { get; internal init; } = "";

    /// <summary>Numbers per row, F.</summary>
    public int FeatureCount { get; internal init; }

    /// <summary>Rows that were searched; with <see cref="LeaveOneOut"/> each query searched one less.</summary>
    public int GalleryCount { get; internal init; }

    /// <summary>Rows that were looked for.</summary>
    public int QueryCount { get; internal init; }

    /// <summary>Number of classes.</summary>
    public int ClassCount { get; internal init; }

    /// <summary>Whether each row of one set was looked for among the others.</summary>
    public bool LeaveOneOut { get; internal init; }

    /// <summary>Queries for which the gallery has no row of their class: they count as not found.</summary>
    public int UnanswerableCount { get; internal init; }

    /// <summary>For each k the share of the queries with a row of their class among the k nearest, in [0, 1].</summary>
    public IReadOnlyDictionary<int, double> Recall { get; internal init; } = new Dictionary<int, double>();

    /// <summary>
    /// Mean over the queries of the average precision, in [0, 1]: the whole ranking in one number. Null if it was not asked for.
    /// </summary>
    public double? MeanAveragePrecision { get; internal init; }

    /// <summary>Distance and standardization, in a few words.</summary>
    public string Protocol { get; internal init; } = "";

    /// <summary>Wall time.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>The result and its protocol in one line.</summary>
    public override string ToString()
    {
        string recalls = string.Join(
            ", ", Recall.Select(pair => string.Create(CultureInfo.InvariantCulture, $"recall@{pair.Key} {100 * pair.Value:F1} %")));
        string precision = MeanAveragePrecision is { } map ? string.Create(CultureInfo.InvariantCulture, $", mAP {100 * map:F1} %") : "";
        string sets = LeaveOneOut ? $"{QueryCount} rows, each among the others" : $"{QueryCount} queries in {GalleryCount} rows";
        string lost = UnanswerableCount == 0 ? "" : $" ({UnanswerableCount} without a row of their class)";
        return $"Retrieval on {Feature} ({FeatureCount}): {recalls}{precision}; {sets}{lost}, {ClassCount} classes, {Protocol}";
    }
}
