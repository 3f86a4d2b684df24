using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using TorchSharp.Utils;

namespace InfoMax.Objectives;

/// <summary>
/// Global Deep InfoMax, DIM(G): maximizes the mutual information between the global vector and the whole feature map (paper, equation 3). A
/// negative pairs the vector with the map of another example. Metrics: "nats", the estimate of the mutual information.
/// </summary>
public sealed class GlobalInfoMax : Objective
{
    private readonly MIEstimator _estimator;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective with the paper's concatenating critic.</summary>
    /// <param name="mapSize">Values in a feature map, C·L, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="seed">Seed of the critic's weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GlobalInfoMax(long mapSize, long globalUnits, MIEstimator estimator, int? seed = null)
        : this(new GlobalConcatCritic(mapSize, globalUnits, seed: seed), estimator)
    {
    }

    /// <summary>Creates the objective with a critic of your own.</summary>
    /// <param name="critic">The critic, which gives one score per pair of examples. Owned by the objective.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <exception cref="ArgumentException">The estimator must not be maximized, or needs another kind of critic.</exception>
    public GlobalInfoMax(Critic critic, MIEstimator estimator)
        : base("global", ObjectiveNeeds.None)
    {
        MutualInformationTerm.Check(estimator, critic);
        _critic = critic;
        _estimator = estimator;
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>Keeps scores within a limit; null (the default, as in the paper) does not clip.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using ScoreMatrix scores = _critic.call(output.Local, output.Global);
        return MutualInformationTerm.Evaluate(_estimator, scores, Weight, ScoreClip);
    }
}
