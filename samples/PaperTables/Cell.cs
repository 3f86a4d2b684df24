namespace InfoMax.Samples.PaperTables;

/// <summary>One measured number.</summary>
/// <param name="Value">The number; accuracies in percent.</param>
/// <param name="Spread">Standard deviation over repeats of the measurement, or null.</param>
internal sealed record Cell(double Value, double? Spread = null);
