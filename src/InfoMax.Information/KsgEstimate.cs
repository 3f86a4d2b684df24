using System.Globalization;

namespace InfoMax.Information;

/// <summary>An estimate of <see cref="KsgEstimator"/>, with the ties that it met.</summary>
public sealed class KsgEstimate
{
    private readonly bool _spread;

    internal KsgEstimate(double value, int sampleCount, int repeatedRowCount, int tiedCount, bool spread)
    {
        (Value, SampleCount, RepeatedRowCount, TiedCount) = (value, sampleCount, repeatedRowCount, tiedCount);
        _spread = spread;
    }

    /// <summary>The mutual information in nats; may be slightly negative by chance.</summary>
    public double Value { get; }

    /// <summary>Number of samples that were used: all rows, without those that were left out as copies.</summary>
    public int SampleCount { get; }

    /// <summary>
    /// Number of rows that were left out because they repeat another row; see <see cref="KsgEstimator.MergeRepeatedRows"/>.
    /// </summary>
    public int RepeatedRowCount { get; }

    /// <summary>
    /// Number of samples whose k-th neighbor is not the only one at its distance: values are discrete, rounded or repeated there.
    /// </summary>
    public int TiedCount { get; }

    /// <summary>What was found about ties and what to do about them; null if there are none.</summary>
    public string? Remark
    {
        get
        {
            var parts = new List<string>();
            if (RepeatedRowCount > 0)
            {
                parts.Add(
                    $"{RepeatedRowCount} rows repeat another row and were counted once; if the repeats belong to the distribution, "
                    + $"set {nameof(KsgEstimator.MergeRepeatedRows)} to false");
            }

            if (TiedCount > 0)
            {
                string how = _spread
                    ? "values lie on steps, as whole or rounded numbers do, and were spread evenly within a step"
                    : "they were counted as a discrete distribution";
                parts.Add(
                    $"{TiedCount} of {SampleCount} samples have tied neighbors: {how}; if rows were duplicated, set "
                    + $"{nameof(KsgEstimator.MergeRepeatedRows)} to true");
            }

            return parts.Count == 0 ? null : string.Join("; ", parts);
        }
    }

    /// <summary>The value and the remark.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Value:F3} nats from {SampleCount} samples{(Remark is { } remark ? $" ({remark})" : "")}");
}
