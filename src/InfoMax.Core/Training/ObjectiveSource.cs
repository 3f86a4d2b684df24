using InfoMax.Encoders;
using InfoMax.Objectives;

namespace InfoMax.Training;

/// <summary>Builds objectives of a trainer's loss.</summary>
/// <param name="Term">Name of the term; null for a method, which names its terms itself.</param>
/// <param name="Create">Builds them from the sizes of the encoder's output and a seed.</param>
internal sealed record ObjectiveSource(string? Term, Func<EncoderSignature, int, IReadOnlyList<Objective>> Create)
{
    /// <summary>Builds the objectives of all sources, each with a seed of its own.</summary>
    /// <remarks>
    /// A term has the seed that its name has in a method, so that <c>Local().Prior()</c> draws what <c>Objectives(new DimObjectives())</c>
    /// does.
    /// </remarks>
    public static IEnumerable<Objective> CreateAll(IReadOnlyList<ObjectiveSource> sources, EncoderSignature signature, int seed) =>
        sources.SelectMany((source, i) => source.Create(signature, SeedOf(source, sources.Take(i), seed)));

    private static int SeedOf(ObjectiveSource source, IEnumerable<ObjectiveSource> before, int seed)
    {
        // A method may have any terms.
        int earlier = before.Count(other => source.Term is null || other.Term is null || other.Term == source.Term);
        return (source.Term, earlier) switch
        {
            (null, 0) => seed,
            ({ } term, 0) => ObjectiveSeeds.Of(seed, term),
            _ => ObjectiveSeeds.Of(seed, $"{source.Term ?? "method"} {earlier + 1}"),
        };
    }
}
