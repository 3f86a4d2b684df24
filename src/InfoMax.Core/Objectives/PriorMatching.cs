using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Priors;
using InfoMax.Randomness;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// Matches the distribution of the codes to a prior by an adversarial game: a discriminator learns to tell samples of the prior from codes,
/// and the encoder learns to fool it (paper, equation 7).
/// </summary>
/// <remarks>
/// <para>
/// The two players have separate losses. The discriminator maximizes E over samples of f(d) − E over codes of g(d), with d its output and f
/// and g the functions of <see cref="Divergence"/>. Codes are detached there, so that this moves the discriminator only. The encoder
/// minimizes the non-saturating term −E[f(d)] over codes (E[sp(−d)] in the paper's GAN game) with the discriminator fixed, so that this
/// moves the encoder only. Both may be added and stepped with one optimizer, or stepped in turn.
/// </para>
/// <para>
/// Metrics: "discriminator", its loss (2·log 2 in the GAN game at chance); "penalty", the mean squared gradient norm; "accuracy", the share
/// of samples and codes told apart correctly (0.5 when the encoder matches the prior).
/// </para>
/// </remarks>
public sealed class PriorMatching : Objective
{
    private const string Owner = "prior matching";

    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "discriminator")]
    private readonly PriorDiscriminator _discriminator;

    /// <summary>Creates the objective with the paper's discriminator.</summary>
    /// <param name="globalUnits">Units of a global vector, 1 or more.</param>
    /// <param name="prior">The prior.</param>
    /// <param name="weight">
    /// Factor of the encoder's term in the total loss, finite and at least 0; default 0.1, as in the paper's DIM(L); 1 in its DIM(G).
    /// </param>
    /// <param name="seed">
    /// Seed of the discriminator's weights and of the prior's samples; null draws from TorchSharp's global generator.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the weight is out of range.</exception>
    public PriorMatching(long globalUnits, Prior prior, double weight = DimWeights.DefaultPrior, int? seed = null)
        : base("prior", ObjectiveNeeds.None)
    {
        ArgumentNullException.ThrowIfNull(prior);
        Prior = prior;
        Weight = weight;
        _discriminator = new PriorDiscriminator(globalUnits, seed: RandomStream.Of(seed, Owner)?.Of("discriminator").Seed());
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, Owner).Of("samples"));
        RegisterComponents();
    }

    /// <summary>The prior.</summary>
    public Prior Prior { get; }

    /// <summary>Factor of the discriminator's gradient penalty, over all samples and codes of the batch.</summary>
    /// <value>Finite, at least 0; default 1, as in the published code.</value>
    public double GradientPenaltyWeight
    {
        get;
        init
        {
            if (!double.IsFinite(value) || value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(GradientPenaltyWeight), value, "Expected a finite weight of at least 0.");
            }

            field = value;
        }
    } = 1.0;

    /// <summary>
    /// The divergence of the game, by its variational form; default <see cref="DivergenceEstimator.Gan"/>, as in the paper.
    /// <see cref="DivergenceEstimator.Wasserstein"/> needs the gradient penalty to keep the discriminator smooth; without one, the call
    /// throws.
    /// </summary>
    /// <exception cref="ArgumentException">The value is null.</exception>
    public DivergenceEstimator Divergence
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = DivergenceEstimator.Gan;

    /// <summary>
    /// Whether the encoder minimizes −E over codes of g(d), the saturating term of the minimax game in equation 7, whose gradient vanishes
    /// where the discriminator is certain. False (the default, as in the published code) for the non-saturating term.
    /// </summary>
    public bool Saturating { get; init; }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor global = output.Global;
        Tensor raw = global.dim() == 2 ? global : global.transpose(1, 2).reshape(-1, global.shape[1]);
        if (raw.shape[1] != _discriminator.Units)
        {
            throw new ArgumentException(
                $"Expected global vectors [N, {_discriminator.Units}] or [N, {_discriminator.Units}, K], got " +
                $"{TensorGuard.Describe(global)}.", nameof(output));
        }

        if (Divergence.NeedsLipschitzCritic && GradientPenaltyWeight == 0)
        {
            throw new InvalidOperationException(
                $"Expected a gradient penalty above 0 for the game of {Divergence.Name}, whose discriminator is unbounded without it; " +
                $"got {nameof(GradientPenaltyWeight)} 0.");
        }

        Tensor codes = Prior.Squash(raw);
        Tensor samples = Prior.Sample(codes.shape[0], codes.shape[1], _random.Generator).to(codes.dtype, codes.device);
        Tensor detached = codes.detach();

        Tensor onSamples = _discriminator.call(samples), onCodes = _discriminator.call(detached);
        Tensor discriminatorLoss = Divergence.Negative.Value(onCodes).mean() - Divergence.Positive.Value(onSamples).mean();
        Tensor accuracy = (onSamples.detach().gt(0).to(codes.dtype).mean() + onCodes.detach().le(0).to(codes.dtype).mean()) / 2;
        var metrics = new Dictionary<string, Tensor> { ["discriminator"] = discriminatorLoss.detach(), ["accuracy"] = accuracy };

        Tensor adversaryLoss = discriminatorLoss;
        if (GradientPenaltyWeight > 0 && is_grad_enabled())
        {
            // Samples and codes in one batch: the mean over both is the mean of the two penalties.
            Tensor penalty = _discriminator.GradientPenalty(cat([samples, detached]));
            metrics["penalty"] = penalty.detach();
            adversaryLoss = discriminatorLoss + (penalty * GradientPenaltyWeight);
        }

        return new ObjectiveResult(EncoderLoss(codes), adversaryLoss, metrics);
    }

    /// <summary>The encoder's term; the discriminator's parameters are not part of the graph.</summary>
    private Tensor EncoderLoss(Tensor codes)
    {
        using var frozen = new FrozenParameters(_discriminator);
        Tensor logits = _discriminator.call(codes);
        return (Saturating ? Divergence.Negative.Value(logits) : Divergence.Positive.Value(logits)).mean().neg();
    }
}
