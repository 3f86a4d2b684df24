using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;

namespace InfoMax.Baselines;

/// <summary>
/// NAT (Bojanowski and Joulin, 2017): every example has a target drawn on the unit sphere, codes are drawn to their targets, and targets are exchanged within a batch so that codes and targets fit best. See
/// <see cref="NoiseTargetTerm"/>.
/// </summary>
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
        int examples = shape.ExampleCount ?? throw new ArgumentException("Expected the number of examples, each of which has a target: the trainer knows it; otherwise give exampleCount to EncoderSignature.Of.", nameof(shape));
        return [new NoiseTargetTerm(examples, shape.GlobalUnits, seed) { AssignEvery = AssignEvery }];
    }
}
