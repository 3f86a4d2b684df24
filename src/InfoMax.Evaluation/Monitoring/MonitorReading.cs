using InfoMax.Evaluation.Measures;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>One look of a <see cref="CollapseMonitor"/>.</summary>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Statistics">What the examples looked like.</param>
/// <param name="DiscriminatorAccuracy">Share of samples and codes that the prior's discriminator told right, 0.5 when the codes match the prior; null if there is no prior in the loss.</param>
/// <param name="IsCollapsing">Whether it counts as collapsing.</param>
/// <param name="Reason">Why, in words; empty if it does not.</param>
public sealed record MonitorReading(long Step, RepresentationStatistics Statistics, double? DiscriminatorAccuracy, bool IsCollapsing, string Reason);
