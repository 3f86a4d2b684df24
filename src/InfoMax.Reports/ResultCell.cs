namespace InfoMax.Reports;

/// <summary>One accuracy of a <see cref="ResultTable"/>.</summary>
/// <param name="Mean">The accuracy, a fraction in [0, 1]; null if it was not measured.</param>
/// <param name="Spread">Its standard deviation over repeats, a fraction too; null if there is none.</param>
public sealed record ResultCell(double? Mean, double? Spread);
