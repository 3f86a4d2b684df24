using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>
/// The objective of a GAN's discriminator: E₊[−sp(−u)] − E₋[sp(u)], with sp(z) = log(1 + e^z). <see cref="JensenShannonEstimator"/> without its shift: at most 0, −2·log 2 for a
/// critic that tells nothing apart.
/// </summary>
/// <remarks>Not in nats of mutual information. Source: Goodfellow et al., 2014; Nowozin et al., 2016, table 6.</remarks>
public sealed class GanEstimator() : DivergenceEstimator(ScoreFunctions.LogSigmoid, ScoreFunctions.Softplus)
{
    /// <inheritdoc/>
    public override string Name => "gan";

    /// <inheritdoc/>
    public override string Formula => "E₊[−sp(−u)] − E₋[sp(u)]";
}
