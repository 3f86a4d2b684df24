using System.Globalization;

namespace InfoMax.Evaluation.Geometry;

/// <summary>What a <see cref="Retrieval"/> found, with the protocol by which it was found.</summary>
public sealed record RetrievalResult
{
    /// <summary>Name of the feature.</summary>
    public required string Feature { get; init; }

    /// <summary>Numbers per row, F.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Rows that were searched; with <see cref="LeaveOneOut"/> each query searched one less.</summary>
    public required int GalleryCount { get; init; }

    /// <summary>Rows that were looked for.</summary>
    public required int QueryCount { get; init; }

    /// <summary>Number of classes.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Whether each row of one set was looked for among the others.</summary>
    public required bool LeaveOneOut { get; init; }

    /// <summary>Queries for which the gallery has no row of their class: they count as not found.</summary>
    public required int WithoutAnswer { get; init; }

    /// <summary>For each k the share of the queries with a row of their class among the k nearest, in [0, 1].</summary>
    public required IReadOnlyDictionary<int, double> Recall { get; init; }

    /// <summary>Mean over the queries of the average precision, in [0, 1]: the whole ranking in one number. Null if it was not asked for.</summary>
    public required double? MeanAveragePrecision { get; init; }

    /// <summary>Distance and standardization, in a few words.</summary>
    public required string Protocol { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The result and its protocol in one line.</summary>
    public override string ToString()
    {
        string recalls = string.Join(", ", Recall.Select(pair => string.Create(CultureInfo.InvariantCulture, $"recall@{pair.Key} {100 * pair.Value:F1} %")));
        string precision = MeanAveragePrecision is { } map ? string.Create(CultureInfo.InvariantCulture, $", mAP {100 * map:F1} %") : "";
        string sets = LeaveOneOut ? $"{QueryCount} rows, each among the others" : $"{QueryCount} queries in {GalleryCount} rows";
        string lost = WithoutAnswer == 0 ? "" : $" ({WithoutAnswer} without a row of their class)";
        return $"Retrieval on {Feature} ({FeatureCount}): {recalls}{precision}; {sets}{lost}, {ClassCount} classes, {Protocol}";
    }
}
