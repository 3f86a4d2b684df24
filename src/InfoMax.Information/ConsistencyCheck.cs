using System.Globalization;

namespace InfoMax.Information;

/// <summary>One property that mutual information has and an estimate may lack.</summary>
/// <param name="Name">Short name, such as "independence".</param>
/// <param name="Property">The property, in words.</param>
/// <param name="Reference">The estimate of the samples as they are; null where it plays no part.</param>
/// <param name="Changed">The estimate of the changed samples.</param>
/// <param name="Discrepancy">By how much the property is missed, in nats: at least 0.</param>
/// <param name="Allowed">How much of that the intervals and the tolerance account for.</param>
public sealed record ConsistencyCheck(
    string Name, string Property, MutualInformationEstimate? Reference, MutualInformationEstimate Changed, double Discrepancy, double Allowed)
{
    /// <summary>Whether the property holds as far as can be told.</summary>
    public bool Passed => Discrepancy <= Allowed;

    /// <summary>The check in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Passed ? "passed" : "FAILED")} {Name}: {Property}; {(Reference is null ? string.Empty : $"{Reference.Value:F3} → ")}{Changed.Value:F3}, off by {Discrepancy:F3}, allowed {Allowed:F3}");
}
