namespace InfoMax.Estimators;

/// <summary>Sides of a score matrix.</summary>
[Flags]
public enum Sides
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>The global vectors, y in estimation.</summary>
    Globals = 1,

    /// <summary>The local vectors, x in estimation.</summary>
    Locals = 2,

    /// <summary>Both.</summary>
    Both = Globals | Locals,
}
