using InfoMax.Randomness;

namespace InfoMax.Objectives;

/// <summary>Seeds of objectives by the names of their terms: a term has the same seed however it was asked for.</summary>
internal static class ObjectiveSeeds
{
    /// <summary>The seed of a term of a loss.</summary>
    public static int Of(int seed, string term) => RandomStream.Of(seed, "objectives").Of(term).Seed();

    /// <summary>The seed of a term; null without a seed.</summary>
    public static int? Of(int? seed, string term) => seed is { } value ? Of(value, term) : null;
}
