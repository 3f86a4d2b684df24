using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// An f-divergence between the joint distribution and the product of the marginals in its variational form: E₊[f(u)] − E₋[g(u)] + constant.
/// Extension point: give the two functions.
/// </summary>
/// <remarks>
/// <para>The estimate is read from the log density ratio that a perfect critic's score stands for (<see cref="MIEstimator.ToLogRatio"/>:
/// the score itself unless overridden) with the Donsker–Varadhan formula: an approximation, not a bound. Where there is no such ratio, the
/// estimate is the objective.</para>
/// <para>Source: Nowozin et al., "f-GAN", 2016.</para>
/// </remarks>
public class DivergenceEstimator : MIEstimator
{
    /// <summary>Creates the estimator from two functions.</summary>
    /// <param name="name">Short name for metrics and reports, in lower case with dashes.</param>
    /// <param name="positive">The function f of a positive's score.</param>
    /// <param name="negative">
    /// The function g of a negative's score: the convex conjugate of the divergence's generator, applied to f.
    /// </param>
    /// <param name="constant">Added to the value; default 0.</param>
    /// <param name="formula">The objective as a formula, for reports; null (the default) for the name.</param>
    public DivergenceEstimator(string name, ScoreFunction positive, ScoreFunction negative, double constant = 0.0, string? formula = null)
        : this(name, BoundKind.Surrogate, BoundKind.Approximation, positive, negative, constant, formula)
    {
    }

    private protected DivergenceEstimator(
        string name,
        BoundKind objectiveKind,
        BoundKind estimateKind,
        ScoreFunction positive,
        ScoreFunction negative,
        double constant,
        string? formula)
        : base(name, objectiveKind, estimateKind, formula)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        (Positive, Negative, Constant) = (positive, negative, constant);
    }

    /// <summary>
    /// The objective of a GAN's discriminator, "gan": E₊[−sp(−u)] − E₋[sp(u)], with sp(z) = log(1 + e^z). It is <see
    /// cref="JensenShannonEstimator"/> without its shift: at most 0, and −2·log 2 for a critic that cannot tell positives from negatives.
    /// Not in nats of mutual information.
    /// </summary>
    /// <remarks>Source: Goodfellow et al., 2014; Nowozin et al., 2016, table 6.</remarks>
    public static DivergenceEstimator Gan { get; } =
        new NamedDivergence("gan", ScoreFunctions.LogSigmoid, ScoreFunctions.Softplus, "E₊[−sp(−u)] − E₋[sp(u)]");

    /// <summary>
    /// The Pearson χ² divergence, "pearson-chi2": E₊[u] − E₋[u²/4 + u]. At the optimum ∫(p − q)²/q, unbounded. The score of a perfect
    /// critic is 2(ratio − 1), so scores stay small only where the density ratio does. The log ratio is read as log(u/2 + 1), with the
    /// argument at least 1e-6.
    /// </summary>
    /// <remarks>Source: Nowozin et al., 2016. (The published DIM code uses other functions here, whose value is unbounded.)</remarks>
    public static DivergenceEstimator Pearson { get; } =
        new NamedDivergence("pearson-chi2", ScoreFunctions.Identity, ScoreFunctions.PearsonConjugate, "E₊[u] − E₋[u²/4 + u]")
        {
            LogRatio = (ScoreFunctions.PearsonLogRatio, ScoreFunctions.PearsonFromLogRatio),
        };

    /// <summary>
    /// The reverse Kullback–Leibler divergence (of the product of the marginals from the joint), "reverse-kl": E₊[−e^(−u)] − E₋[u − 1]. In
    /// nats, but not mutual information: it is the "lautum information", which may be small or large independently of it. A positive with a
    /// very negative score dominates the value.
    /// </summary>
    /// <remarks>The score of a perfect critic is the log density ratio. Source: Nowozin et al., 2016.</remarks>
    public static DivergenceEstimator ReverseKullbackLeibler { get; } =
        new NamedDivergence("reverse-kl", ScoreFunctions.MinusExpMinus, ScoreFunctions.Identity, "E₊[−e^(−u)] − E₋[u − 1]", 1.0);

    /// <summary>
    /// The squared Hellinger distance, "squared-hellinger": E₊[1 − e^(−u)] − E₋[e^u − 1]. At the optimum ∫(√p − √q)², between 0 and 2.
    /// </summary>
    /// <remarks>The score of a perfect critic is half the log density ratio. Source: Nowozin et al., 2016.</remarks>
    public static DivergenceEstimator SquaredHellinger { get; } =
        new NamedDivergence("squared-hellinger", ScoreFunctions.MinusExpMinus, ScoreFunctions.Exp, "E₊[1 − e^(−u)] − E₋[e^u − 1]", 2.0)
        {
            LogRatio = (ScoreFunctions.Affine(2.0), ScoreFunctions.Affine(0.5)),
        };

    /// <summary>
    /// The total variation distance, "total-variation": E₊[tanh(u)/2] − E₋[tanh(u)/2], between 0 and 1 at the optimum. A perfect critic
    /// shows only whether the density ratio is above 1, so no mutual information can be read from it: the estimate is the distance.
    /// Gradients vanish where the critic is confident.
    /// </summary>
    /// <remarks>Source: Nowozin et al., 2016, table 6.</remarks>
    public static DivergenceEstimator TotalVariation { get; } =
        new NamedDivergence(
            "total-variation",
            ScoreFunctions.HalfTanh,
            ScoreFunctions.HalfTanh,
            "E₊[tanh(u)/2] − E₋[tanh(u)/2]",
            estimateKind: BoundKind.Surrogate)
        {
            LogRatio = (null, null),
            Maximum = 1.0,
        };

    /// <summary>
    /// The 1-Wasserstein distance in its dual form, "wasserstein": E₊[u] − E₋[u] for a 1-Lipschitz critic. In the units of the critic's
    /// inputs, not in nats; exactly 0 for independent variables. With another critic the value is unbounded and meaningless, so objectives
    /// and <c>InfoMax.Information</c> refuse critics that are not <see cref="Critics.Critic.IsLipschitz"/>.
    /// </summary>
    /// <remarks>Sources: Arjovsky et al., 2017; Ozair et al., 2019.</remarks>
    public static DivergenceEstimator Wasserstein { get; } =
        new NamedDivergence(
            "wasserstein",
            ScoreFunctions.Identity,
            ScoreFunctions.Identity,
            "E₊[u] − E₋[u], u 1-Lipschitz",
            estimateKind: BoundKind.Surrogate)
        {
            LogRatio = (null, null),
            Lipschitz = true,
        };

    /// <summary>The function f of a positive's score.</summary>
    public ScoreFunction Positive { get; }

    /// <summary>The function g of a negative's score.</summary>
    public ScoreFunction Negative { get; }

    /// <summary>The constant that is added to the value.</summary>
    public double Constant { get; }

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        Tensor difference = scores.MeanDifference(Positive, Negative);
        return scope.MoveToOuter(Constant == 0.0 ? difference : difference.add(Constant));
    }

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (ToLogRatio is not { } toLogRatio)
        {
            return Objective(scores);
        }

        using var scope = NewDisposeScope();
        ScoreMatrix ratios = toLogRatio == ScoreFunctions.Identity ? scores : scores.Map(toLogRatio);
        return scope.MoveToOuter(ratios.PartitionDifference(ScoreFunctions.Identity));
    }
}
