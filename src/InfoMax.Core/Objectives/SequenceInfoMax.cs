using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Sequence Deep InfoMax: contrasts the global vector of a sequence up to some time with the local vectors that follow, against those of
/// other sequences. The time is drawn anew at each step. Needs a global vector for each time, <c>[N, D, T]</c>, and a local map over time,
/// <c>[N, C, T]</c>. The vector of time t must not depend on later times (a causal encoder), or the task is trivial. Metrics: "nats".
/// </summary>
/// <remarks>
/// This is contrastive predictive coding (van den Oord et al., 2018) with one critic for all distances into the future and the following
/// locations as local vectors. For sequences with one global vector use <see cref="LocalInfoMax"/>.
/// </remarks>
public sealed class SequenceInfoMax : Objective
{
    private readonly MIEstimator _estimator;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective with the encode-and-dot-product critic.</summary>
    /// <param name="localChannels">Channels per time step, C, 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="units">Units of the critic's common space, 1 or more; default 512.</param>
    /// <param name="seed">Seed of the critic's weights and of the times; null draws from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public SequenceInfoMax(long localChannels, long globalUnits, MIEstimator estimator, long units = 512, int? seed = null)
        : this(new SeparableCritic(localChannels, globalUnits, units, seed), estimator, seed)
    {
    }

    /// <summary>Creates the objective with a critic of your own.</summary>
    /// <param name="critic">The critic. Owned by the objective.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <param name="seed">Seed of the times; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">The estimator must not be maximized, or needs another kind of critic.</exception>
    public SequenceInfoMax(Critic critic, MIEstimator estimator, int? seed = null)
        : base("sequence", ObjectiveNeeds.None)
    {
        MutualInformationTerm.Check(estimator, critic);
        (_critic, _estimator) = (critic, estimator);
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, "sequence information").Of("samples"));
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>Number of time steps after the drawn time that are contrasted.</summary>
    /// <value>At least 1; default 4.</value>
    public int Horizon
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(Horizon))!.Value;
    } = 4;

    /// <summary>
    /// Time steps to leave out after the drawn time, where neighbors overlap: strided convolutions see beyond their own step.
    /// </summary>
    /// <value>At least 0; default 0.</value>
    public int Gap
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Gap));
            field = value;
        }
    }

    /// <summary>Smallest number of time steps that the global vector has seen.</summary>
    /// <value>At least 1; default 1.</value>
    public int MinContext
    {
        get;
        init => field = MutualInformationTerm.AtLeastOne(value, nameof(MinContext))!.Value;
    } = 1;

    /// <summary>Keeps scores within a limit; null (the default) does not clip.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor values = output.Local.Values, globals = output.Global;
        long steps = output.Local.Locations;
        if (output.Local.SpatialShape.Count != 1 || globals.dim() != 3 || globals.shape[2] != steps)
        {
            throw new ArgumentException(
                $"Expected a local map over time [N, C, T] and a global vector for each time [N, D, T], got " +
                $"{TensorGuard.Describe(values)} and {TensorGuard.Describe(globals)}.",
                nameof(output));
        }

        long times = steps - Horizon - Gap - MinContext + 1;
        if (times < 1)
        {
            throw new ArgumentException(
                $"Expected at least {MinContext + Gap + Horizon} time steps (context, gap and horizon), got " +
                $"{TensorGuard.Describe(values)}.",
                nameof(output));
        }

        long time = MinContext - 1 + randint(0, times, [1], generator: _random.Generator).item<long>();
        var following = new LocalFeatureMap(values.narrow(2, time + 1 + Gap, Horizon));
        using ScoreMatrix scores = _critic.call(following, globals.select(2, time));
        return MutualInformationTerm.Evaluate(_estimator, scores, Weight, ScoreClip);
    }
}
