using System.Globalization;
using System.Text;

namespace InfoMax.Evaluation.Probes;

/// <summary>For each true class, how many of its rows were predicted as each class, with the rates that follow.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>Takes the counts, such as <see cref="ProbeResult.Confusion"/>.</summary>
    /// <param name="counts">
    /// For true class [i] how many of its rows were predicted as class [j]: square, not empty, no negative counts.
    /// </param>
    /// <param name="classNames">Names of the classes; their numbers by default.</param>
    /// <exception cref="ArgumentException">
    /// The counts are not square, empty or negative, or the number of names is not the number of classes.
    /// </exception>
    public ConfusionMatrix(IReadOnlyList<IReadOnlyList<int>> counts, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count == 0 || counts.Any(row => row is null || row.Count != counts.Count))
        {
            string got = $"{counts.Count} rows of {string.Join(", ", counts.Select(row => row?.Count ?? 0).Distinct())} counts";
            throw new ArgumentException($"Expected a square matrix of at least one class, got {got}.", nameof(counts));
        }

        if (counts.SelectMany(row => row).Any(count => count < 0))
        {
            throw new ArgumentException($"Expected counts of 0 or more, got {counts.SelectMany(row => row).Min()}.", nameof(counts));
        }

        if (classNames is not null && classNames.Count != counts.Count)
        {
            throw new ArgumentException(
                $"Expected one name for each of {counts.Count} classes, got {classNames.Count}.", nameof(classNames));
        }

        _counts = [.. counts.Select(row => row.ToArray())];
        int[] taken = [.. Classes.Select(j => _counts.Sum(row => row[j]))];
        ClassNames = classNames is null ? [.. Classes.Select(i => i.ToString(CultureInfo.InvariantCulture))] : [.. classNames];
        Recall = [.. Classes.Select(i => (double)_counts[i][i] / _counts[i].Sum())];
        Precision = [.. Classes.Select(i => (double)_counts[i][i] / taken[i])];
        F1 = [.. Classes.Select(i => 2.0 * _counts[i][i] / (_counts[i].Sum() + taken[i]))];
    }

    /// <summary>Number of classes.</summary>
    public int ClassCount => _counts.Length;

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The counts: rows of true class [i] that were predicted as class [j].</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>Number of rows.</summary>
    public int Total => _counts.Sum(row => row.Sum());

    /// <summary>Fraction of the rows that were predicted as their own class, in [0, 1]; NaN without rows.</summary>
    public double Accuracy => Classes.Sum(i => _counts[i][i]) / (double)Total;

    /// <summary>For each class the fraction of its rows that was predicted as it; NaN for a class without rows.</summary>
    public IReadOnlyList<double> Recall { get; }

    /// <summary>
    /// For each class the fraction of the rows predicted as it that belong to it; NaN for a class that was never predicted.
    /// </summary>
    public IReadOnlyList<double> Precision { get; }

    /// <summary>Harmonic mean of precision and recall of each class; NaN for a class that has no rows and was never predicted.</summary>
    public IReadOnlyList<double> F1 { get; }

    /// <summary>
    /// Mean recall over the classes that have rows: each class counts equally, however many rows it has. NaN without rows.
    /// </summary>
    public double BalancedAccuracy => Recall.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private IEnumerable<int> Classes => Enumerable.Range(0, _counts.Length);

    /// <summary>The matrix as text, a line for each true class, with recall, precision and F1 in percent.</summary>
    public override string ToString()
    {
        int width = Math.Max(5, _counts.Max(row => row.Max()).ToString(CultureInfo.InvariantCulture).Length + 1);
        int names = Math.Max(4, ClassNames.Max(name => name.Length));
        var text = new StringBuilder();
        text.Append("true".PadRight(names)).Append(" |");
        foreach (string name in ClassNames)
        {
            text.Append((name.Length < width ? name : name[..(width - 1)]).PadLeft(width));
        }

        text.Append(" |  recall  precision     F1\n");
        foreach (int i in Classes)
        {
            text.Append(ClassNames[i].PadRight(names)).Append(" |");
            foreach (int count in _counts[i])
            {
                text.Append(count.ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }

            text.Append(" |").Append(Percent(Recall[i], 8)).Append(Percent(Precision[i], 11)).Append(Percent(F1[i], 7)).Append('\n');
        }

        return Total == 0
            ? text.Append("no rows").ToString()
            : text.Append(
                CultureInfo.InvariantCulture,
                $"{Total} rows, accuracy {100 * Accuracy:F1} %, balanced {100 * BalancedAccuracy:F1} %").ToString();
    }

    private static string Percent(double fraction, int width) =>
        (double.IsFinite(fraction) ? (100 * fraction).ToString("F1", CultureInfo.InvariantCulture) : "–").PadLeft(width);
}
