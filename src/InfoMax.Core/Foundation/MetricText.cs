using System.Globalization;

namespace InfoMax.Foundation;

/// <summary>Metrics as a person would write them.</summary>
internal static class MetricText
{
    /// <summary>A colon and the metrics by name, four digits each; nothing if there is none.</summary>
    public static string Of(IReadOnlyDictionary<string, double> metrics) => metrics.Count == 0
        ? string.Empty
        : ": " + string.Join(", ", metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:G4}")));
}
