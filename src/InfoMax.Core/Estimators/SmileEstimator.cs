using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// SMILE: maximizes Jensen–Shannon and estimates E₊[u] − log E₋[e^clip(u, −τ, τ)].
/// </summary>
/// <remarks>
/// Clipping the negatives bounds the variance of the partition function by about (e^τ − e^−τ)² over the number of negatives, at the price
/// of a bias; τ trades one for the other. τ = ∞ is Donsker–Varadhan on Jensen–Shannon scores. Not a bound: the estimate may exceed the
/// mutual information. Source: Song and Ermon, 2020, equation 13.
/// </remarks>
public sealed class SmileEstimator : MIEstimator
{
    private readonly JensenShannonEstimator _trained = new();
    private readonly ScoreFunction _clip;

    /// <summary>Creates the estimator.</summary>
    /// <param name="clip">The limit τ of a negative's score in the estimate, in nats; positive. Default 5; +∞ does not clip.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public SmileEstimator(double clip = 5.0)
        : base("smile", BoundKind.Surrogate, BoundKind.Approximation, "E₊[u] − log E₋[e^clip(u, ±τ)], trained by Jensen–Shannon")
    {
        if (!(clip > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(clip), clip, "Expected a positive limit.");
        }

        Clip = clip;
        _clip = ScoreFunctions.Clip(clip);
    }

    /// <summary>The limit τ, in nats.</summary>
    public double Clip { get; }

    /// <inheritdoc/>
    public override Tensor Objective(ScoreMatrix scores) => _trained.Objective(scores);

    /// <inheritdoc/>
    public override Tensor Estimate(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.PartitionDifference(ScoreFunctions.Identity, _clip);
    }
}
