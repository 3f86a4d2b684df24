using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;

namespace InfoMax.Baselines;

/// <summary>
/// NAT (Bojanowski and Joulin, 2017): every example has a target drawn on the unit sphere. Codes move to their targets, and targets are
/// exchanged within a batch so that codes and targets fit best.
/// </summary>
/// <remarks>
/// The loss is the squared distance between the code of an example, divided by its length, and its target, in [0, 4]. The assignment is
/// exact, by shortest augmenting paths. Targets and their assignment are saved with checkpoints. Metric: "nat.moved", the fraction of the
/// batch that got another target.
/// </remarks>
public sealed class NoiseAsTargets : IRepresentationMethod
{
    private readonly int _assignEvery = 1;

    /// <inheritdoc/>
    public string Name => "NAT";

    /// <summary>Steps between assignments of targets.</summary>
    /// <value>At least 1; default 1. An assignment of 64 examples takes well below a millisecond.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int AssignEvery
    {
        get => _assignEvery;
        init => _assignEvery = OptionGuard.AtLeast(1, value, nameof(AssignEvery));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        InputOf.OneGlobal(shape, Name);
        int examples = shape.ExampleCount ?? throw new ArgumentException(
            "Expected the number of examples, each of which has a target: the trainer knows it; otherwise give exampleCount to "
            + "EncoderSignature.Of.",
            nameof(shape));
        return [new NoiseTargetTerm(examples, shape.GlobalUnits, seed) { AssignEvery = AssignEvery }];
    }
}
