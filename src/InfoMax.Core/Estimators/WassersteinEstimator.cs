using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// The 1-Wasserstein distance between the joint distribution and the product of the marginals, in its dual form: E₊[u] − E₋[u] for a critic that is 1-Lipschitz.
/// </summary>
/// <remarks>
/// In the units of the critic's inputs, not in nats; 0 exactly for independent variables. Without the constraint on the critic the value has no bound and says nothing, so
/// objectives and <c>InfoMax.Information</c> refuse other critics (<see cref="Critics.Critic.IsLipschitz"/>). Sources: Arjovsky et al., 2017; Ozair et al., 2019.
/// </remarks>
public sealed class WassersteinEstimator() : DivergenceEstimator(ScoreFunctions.Identity, ScoreFunctions.Identity)
{
    /// <inheritdoc/>
    public override string Name => "wasserstein";

    /// <inheritdoc/>
    public override string Formula => "E₊[u] − E₋[u], u 1-Lipschitz";

    /// <inheritdoc/>
    public override BoundKind EstimateKind => BoundKind.Surrogate;

    /// <inheritdoc/>
    public override bool NeedsLipschitzCritic => true;

    /// <inheritdoc/>
    public override ScoreFunction? ToLogRatio => null;

    /// <inheritdoc/>
    public override ScoreFunction? FromLogRatio => null;
}
