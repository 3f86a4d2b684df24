using System.Globalization;
using System.Text;
using InfoMax.Information.Tasks;

namespace InfoMax.Samples.MutualInformation;

/// <summary>Bias, spread and coverage as Markdown.</summary>
internal static class Tables
{
    /// <summary>The contenders on the closed-form tasks, whose dimensions are few.</summary>
    public static IReadOnlyList<string> OnClosedForms { get; } = ["infonce", "nwj", "smile (5)", "ksg", "canonical correlations"];

    public static string Write(IReadOnlyList<RunResult> results, IReadOnlyList<MutualInformationTask> gaussians,
        IReadOnlyList<MutualInformationTask> closed)
    {
        var text = new StringBuilder();
        text.Append("Each cell: mean error in nats ± standard deviation over seeds, and how many of the intervals (95 %) hold the " +
            "truth.\n\n");
        text.Append("### 20-dimensional Gaussians\n\n");
        Table(text, "estimator", Contender.All.Select(c => c.Name),
            [.. gaussians.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.TrueValue:F0} nats"))], (row, column) =>
            Cell(results, gaussians[column].Name, row));
        text.Append("\n### Closed-form tasks\n\n");
        Table(
            text,
            "task (nats)",
            closed.Select(t => t.Name),
            OnClosedForms,
            (row, column) => Cell(results, row, OnClosedForms[column]),
            row => string.Create(CultureInfo.InvariantCulture, $"{row} ({closed.First(t => t.Name == row).TrueValue:F4})"));
        return text.ToString();
    }

    private static void Table(StringBuilder text, string corner, IEnumerable<string> rows, IReadOnlyList<string> columns, Func<string, int,
        string> cell, Func<string, string>? title = null)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"| {corner} | {string.Join(" | ", columns)} |\n|---|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (string row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {title?.Invoke(row) ?? row} | {string.Join(" | ", columns.Select((_, i) => cell(row, i)))} |\n");
        }
    }

    private static string Cell(IReadOnlyList<RunResult> results, string task, string estimator)
    {
        RunResult[] runs = [.. results.Where(r => r.Task == task && r.Estimator == estimator)];
        if (runs.Length == 0)
        {
            return string.Empty;
        }

        double mean = runs.Average(r => r.Value);
        double spread = runs.Length == 1 ? 0 : Math.Sqrt(runs.Sum(r => (r.Value - mean) * (r.Value - mean)) / (runs.Length - 1));
        bool?[] covers = [.. runs.Select(r => r.Covers).Where(c => c is not null)];
        string coverage = covers.Length == 0 ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $", {covers.Count(c => c == true)}/{covers.Length}");
        return $"{Signed(mean - runs[0].Truth)} ± {Unsigned(spread)}{coverage}";
    }

    /// <summary>Two decimals, or a power of ten where the digits before them would mean nothing.</summary>
    private static string Signed(double value) => double.IsFinite(value)
        ? value.ToString(Math.Abs(value) < 1000 ? "+0.00;−0.00;0.00" : "+0.0e+0;−0.0e+0", CultureInfo.InvariantCulture)
        : double.IsNaN(value) ? "?" : value > 0 ? "+∞" : "−∞";

    private static string Unsigned(double value) => double.IsFinite(value)
        ? value.ToString(Math.Abs(value) < 1000 ? "0.00" : "0.0e+0", CultureInfo.InvariantCulture) : "?";
}
