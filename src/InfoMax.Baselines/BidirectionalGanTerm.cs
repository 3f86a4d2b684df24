using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Randomness;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// The game of BiGAN: a discriminator d of pairs learns to tell (x, E(x)) from (G(z), z) with z from a prior; encoder E and generator G
/// learn to be mistaken for each other. Metrics: "discriminator", its loss (2·log 2 when it cannot tell), "accuracy", the share of pairs
/// told right, and "penalty" if there is one.
/// </summary>
/// <remarks>
/// <para>The discriminator descends E[sp(−d(x, E(x)))] + E[sp(d(G(z), z))] on detached pairs. Encoder and generator descend the
/// non-saturating E[sp(d(x, E(x)))] + E[sp(−d(G(z), z))] with the discriminator held fixed, as in the cited papers. sp(u) is log(1 +
/// e^u).</para>
/// <para>
/// The discriminator of the published baseline: a convolutional network on the input with 256 outputs, concatenated with the code,
/// and hidden layers of 512 and 128 units, no normalization.
/// </para>
/// </remarks>
internal sealed class BidirectionalGanTerm : Objective
{
    private const string Owner = "bidirectional GAN";

    private readonly long _units;
    private readonly long[] _inputShape;
    private readonly Prior _prior;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "generator")]
    private readonly nn.Module<Tensor, Tensor> _decoder;

    [ComponentName(Name = "discriminator")]
    private readonly PairDiscriminator _discriminator;

    /// <summary>Creates the objective.</summary>
    /// <param name="globalUnits">Units of a code, 1 or more.</param>
    /// <param name="inputShape">Shape of one example, <c>[C, *spatial]</c> or <c>[F]</c>.</param>
    /// <param name="generator">From samples <c>[N, units]</c> to inputs <c>[N, *inputShape]</c>. Owned by the objective.</param>
    /// <param name="prior">The distribution of the samples.</param>
    /// <param name="seed">Seed of the discriminator's weights and of the samples; null draws from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public BidirectionalGanTerm(
        long globalUnits, IReadOnlyList<long> inputShape, nn.Module<Tensor, Tensor> generator, Prior prior, int? seed = null)
        : base("bigan", ObjectiveNeeds.Input)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(prior);
        (_units, _inputShape, _decoder, _prior) = (globalUnits, [.. inputShape], generator, prior);
        _discriminator = new PairDiscriminator(_inputShape, globalUnits, RandomStream.Of(seed, Owner)?.Of("discriminator"));
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, Owner).Of("samples"));
        RegisterComponents();
    }

    /// <summary>
    /// Factor of a zero-centered gradient penalty on the discriminator, over the pairs of both kinds, with respect to input and code
    /// (Mescheder et al., 2018). It keeps the game from going round in circles, for about twice the time.
    /// </summary>
    /// <value>Finite, at least 0; default 0, as in the cited papers.</value>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public double GradientPenaltyWeight
    {
        get;
        init => field = OptionGuard.NotNegative(value, nameof(GradientPenaltyWeight));
    }

    /// <summary>The generator.</summary>
    public nn.Module<Tensor, Tensor> Generator => _decoder;

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor input = InputOf.Batch(output, _inputShape), code = _prior.Squash(InputOf.Code(output, _units));
        Tensor sample = _prior.Sample(code.shape[0], _units, _random.Generator).to(code.dtype, code.device);
        Tensor generated = _decoder.call(sample);
        TensorGuard.HasShape(generated, input.shape, nameof(output));

        Tensor onData = _discriminator.Score(input, code.detach()), onGenerated = _discriminator.Score(generated.detach(), sample);
        Tensor adversaryLoss = nn.functional.softplus(onData.neg()).mean() + nn.functional.softplus(onGenerated).mean();
        Tensor accuracy = (onData.detach().gt(0).to(code.dtype).mean() + onGenerated.detach().le(0).to(code.dtype).mean()) / 2;
        var metrics = new Dictionary<string, Tensor> { ["discriminator"] = adversaryLoss.detach(), ["accuracy"] = accuracy };
        if (GradientPenaltyWeight > 0 && is_grad_enabled())
        {
            Tensor penalty = _discriminator.GradientPenalty(cat([input, generated.detach()]), cat([code.detach(), sample]));
            metrics["penalty"] = penalty.detach();
            adversaryLoss = adversaryLoss + (GradientPenaltyWeight * penalty);
        }

        return new ObjectiveResult(PlayersLoss(input, code, generated, sample), adversaryLoss, metrics);
    }

    /// <summary>What encoder and generator descend, with the discriminator's parameters left out of the graph.</summary>
    private Tensor PlayersLoss(Tensor input, Tensor code, Tensor generated, Tensor sample)
    {
        using var frozen = new FrozenParameters(_discriminator);
        return nn.functional.softplus(_discriminator.Score(input, code)).mean()
            + nn.functional.softplus(_discriminator.Score(generated, sample).neg()).mean();
    }
}
