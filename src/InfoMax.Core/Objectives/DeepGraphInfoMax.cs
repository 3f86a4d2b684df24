using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Deep Graph Infomax: contrasts the readout of a graph with its nodes, against the nodes of a corrupted copy (Veličković et al., 2019).
/// Works for a single graph; nodes are the locations of the local map. Needs an output with a corrupted copy, from a <see
/// cref="CorruptingEncoder"/>. Metrics: "nats".
/// </summary>
/// <remarks>
/// Each node is a positive with one negative, the node at the same place of the copy. The loss of that paper is the binary cross-entropy of
/// a bilinear critic, which is half the negative of <see cref="DivergenceEstimator.Gan"/>. For batches of many graphs that are contrasted
/// with each other (InfoGraph), use <see cref="LocalInfoMax"/>. Examples are scored one by one: a critic with batch normalization would see
/// two globals at a time.
/// </remarks>
public sealed class DeepGraphInfoMax : Objective
{
    private readonly MIEstimator _estimator;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    /// <summary>Creates the objective with the bilinear critic.</summary>
    /// <param name="localChannels">Channels of a node, 1 or more.</param>
    /// <param name="globalUnits">Units of the readout, 1 or more.</param>
    /// <param name="estimator">
    /// The estimator whose objective is maximized, such as <see cref="DivergenceEstimator.Gan"/> or <see cref="JensenShannonEstimator"/>; a
    /// state of it belongs to this objective from now on.
    /// </param>
    /// <param name="seed">Seed of the critic's weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public DeepGraphInfoMax(long localChannels, long globalUnits, MIEstimator estimator, int? seed = null)
        : this(new BilinearCritic(localChannels, globalUnits, seed), estimator)
    {
    }

    /// <summary>Creates the objective with a critic of your own.</summary>
    /// <param name="critic">The critic; it must score all pairs. Owned by the objective.</param>
    /// <param name="estimator">The estimator whose objective is maximized; a state of it belongs to this objective from now on.</param>
    /// <exception cref="ArgumentException">The estimator must not be maximized, or needs another kind of critic.</exception>
    public DeepGraphInfoMax(Critic critic, MIEstimator estimator)
        : base("graph", ObjectiveNeeds.None)
    {
        MutualInformationTerm.Check(estimator, critic);
        (_critic, _estimator) = (critic, estimator);
        RegisterComponents();
        if (estimator.State is { } state)
        {
            register_module("estimator", state);
        }
    }

    /// <summary>Keeps scores within a limit; null (the default) does not clip.</summary>
    public ScoreFunction? ScoreClip { get; init; }

    /// <summary>The estimator.</summary>
    public MIEstimator Estimator => _estimator;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        EncoderOutput other = FeatureOf.Paired(output, nameof(CorruptingEncoder));
        var positives = new List<Tensor>();
        var negatives = new List<Tensor>();
        for (long example = 0; example < output.Local.BatchSize; example++)
        {
            Tensor nodes = cat([output.Local.Values.narrow(0, example, 1), other.Local.Values.narrow(0, example, 1)]);
            Tensor readouts = cat([output.Global.narrow(0, example, 1), other.Global.narrow(0, example, 1)]);
            using ScoreMatrix pairs = _critic.call(new LocalFeatureMap(nodes), readouts);
            Tensor own = pairs.ToDense()[0];
            positives.Add(own.select(1, 0));
            negatives.Add(own.select(1, 1).unsqueeze(2));
        }

        Tensor globalVectors = output.Global.dim() == 2 ? output.Global.unsqueeze(1) : output.Global.transpose(1, 2);
        Tensor localVectors = output.Local.Flatten().transpose(1, 2);
        using ScoreMatrix scores = ScoreMatrix.Sampled(stack(positives), stack(negatives), globalVectors, localVectors);
        return MutualInformationTerm.Evaluate(_estimator, scores, Weight, ScoreClip);
    }
}
