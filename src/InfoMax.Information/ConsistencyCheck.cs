using System.Globalization;

namespace InfoMax.Information;

/// <summary>One property that mutual information has and an estimate may lack.</summary>
public sealed class ConsistencyCheck
{
    internal ConsistencyCheck(
        string name,
        string property,
        MutualInformationEstimate? reference,
        MutualInformationEstimate changed,
        double discrepancy,
        double allowed) =>
        (Name, Property, Reference, Changed, Discrepancy, Allowed) = (name, property, reference, changed, discrepancy, allowed);

    /// <summary>Short name, such as "independence".</summary>
    public string Name { get; }

    /// <summary>The property, in words.</summary>
    public string Property { get; }

    /// <summary>The estimate of the samples as they are; null where it plays no part.</summary>
    public MutualInformationEstimate? Reference { get; }

    /// <summary>The estimate of the changed samples.</summary>
    public MutualInformationEstimate Changed { get; }

    /// <summary>By how much the property is missed, in nats: at least 0.</summary>
    public double Discrepancy { get; }

    /// <summary>How large a discrepancy the intervals and the tolerance account for, in nats.</summary>
    public double Allowed { get; }

    /// <summary>Whether the discrepancy is within what is allowed.</summary>
    public bool Passed => Discrepancy <= Allowed;

    /// <summary>The check in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString()
    {
        string before = Reference is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Reference.Value:F3} → ");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(Passed ? "passed" : "FAILED")} {Name}: {Property}; {before}{Changed.Value:F3}, off by {Discrepancy:F3}, allowed "
            + $"{Allowed:F3}");
    }
}
