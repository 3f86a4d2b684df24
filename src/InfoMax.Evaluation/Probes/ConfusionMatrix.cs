using System.Globalization;
using System.Text;

namespace InfoMax.Evaluation.Probes;

/// <summary>How many rows of each class were taken for each class, and what follows from it for the classes one by one.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>Takes the counts, such as <see cref="ProbeResult.Confusion"/>.</summary>
    /// <param name="counts">For class [i] how many of its rows were taken for class [j]: square, at least one class, nothing below 0.</param>
    /// <param name="classNames">The classes' names; by default their numbers.</param>
    /// <exception cref="ArgumentException">The counts are not square, empty or below 0, or there is another number of names.</exception>
    public ConfusionMatrix(IReadOnlyList<IReadOnlyList<int>> counts, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Count == 0 || counts.Any(row => row is null || row.Count != counts.Count))
        {
            throw new ArgumentException($"Expected a square matrix of at least one class, got {counts.Count} rows of {string.Join(", ", counts.Select(row => row?.Count ?? 0).Distinct())} counts.", nameof(counts));
        }

        if (counts.SelectMany(row => row).Any(count => count < 0))
        {
            throw new ArgumentException($"Expected counts of 0 or more, got {counts.SelectMany(row => row).Min()}.", nameof(counts));
        }

        if (classNames is not null && classNames.Count != counts.Count)
        {
            throw new ArgumentException($"Expected one name for each of {counts.Count} classes, got {classNames.Count}.", nameof(classNames));
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

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The counts: rows of class [i] that were taken for class [j].</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>All rows.</summary>
    public int Total => _counts.Sum(row => row.Sum());

    /// <summary>Share of the rows that were taken for their own class, in [0, 1]; NaN without rows.</summary>
    public double Accuracy => Classes.Sum(i => _counts[i][i]) / (double)Total;

    /// <summary>Of the rows of each class, the share that was found; NaN for a class without rows.</summary>
    public IReadOnlyList<double> Recall { get; }

    /// <summary>Of the rows taken for each class, the share that belongs to it; NaN for a class that nothing was taken for.</summary>
    public IReadOnlyList<double> Precision { get; }

    /// <summary>Harmonic mean of precision and recall of each class; NaN for a class that neither has rows nor was any taken for it.</summary>
    public IReadOnlyList<double> F1 { get; }

    /// <summary>Mean recall over the classes that have rows: each class counts the same, however many rows it has.</summary>
    public double BalancedAccuracy => Recall.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private IEnumerable<int> Classes => Enumerable.Range(0, _counts.Length);

    /// <summary>The matrix as text, a row for each true class, with recall, precision and F1 in percent.</summary>
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

        return text.Append(CultureInfo.InvariantCulture, $"{Total} rows, accuracy {100 * Accuracy:F1} %, balanced {100 * BalancedAccuracy:F1} %").ToString();
    }

    private static string Percent(double share, int width) => (double.IsFinite(share) ? (100 * share).ToString("F1", CultureInfo.InvariantCulture) : "–").PadLeft(width);
}
