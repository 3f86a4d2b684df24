namespace InfoMax.Weights;

/// <summary>Weights do not fit a module. The module is unchanged; the message lists every mismatch.</summary>
public sealed class WeightMismatchException : Exception
{
    private const int Most = 50;

    /// <summary>Creates the exception.</summary>
    /// <param name="source">Source of the weights.</param>
    /// <param name="missing">Names that the weights lack.</param>
    /// <param name="unexpected">Names of the weights that the module lacks.</param>
    /// <param name="mismatched">Names whose shape or dtype differs, with the expected and the found one.</param>
    public WeightMismatchException(
        string source, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected, IReadOnlyList<string> mismatched)
        : base(
            $"The weights of {source} do not fit the " +
            $"module:{List("missing", missing)}{List("unexpected", unexpected)}{List("different", mismatched)}.")
    {
        Missing = missing;
        Unexpected = unexpected;
        Mismatched = mismatched;
    }

    /// <summary>Names that the weights lack, as the weights should have them.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names of the weights that the module lacks; empty where they are ignored.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Names whose shape or dtype differs, with the expected and the found one.</summary>
    public IReadOnlyList<string> Mismatched { get; }

    private static string List(string kind, IReadOnlyList<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count == 0
            ? ""
            : $" {items.Count} {kind} ({string.Join("; ", items.Take(Most).Select(Line))}{(items.Count > Most ? "; …" : "")})";
    }

    private static string Line(string item) => item.Length > 300 ? item[..300] + "…" : item;
}
