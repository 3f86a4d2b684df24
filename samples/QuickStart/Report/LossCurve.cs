namespace InfoMax.QuickStart.Report;

/// <summary>One term of the loss, averaged over each epoch. A value that is not finite leaves a gap in the line.</summary>
internal sealed record LossCurve(string Name, string Unit, IReadOnlyList<double> PerEpoch);
