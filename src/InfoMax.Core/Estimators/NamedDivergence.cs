using InfoMax.Scores;

namespace InfoMax.Estimators;

/// <summary>A divergence of the list in <see cref="DivergenceEstimator"/>, with the properties in which it differs from the rule.</summary>
internal sealed class NamedDivergence(
    string name,
    ScoreFunction positive,
    ScoreFunction negative,
    string formula,
    double constant = 0.0,
    BoundKind estimateKind = BoundKind.Approximation)
    : DivergenceEstimator(name, BoundKind.Surrogate, estimateKind, positive, negative, constant, formula)
{
    public (ScoreFunction? To, ScoreFunction? From) LogRatio { get; init; } = (ScoreFunctions.Identity, ScoreFunctions.Identity);

    public double Maximum { get; init; } = double.PositiveInfinity;

    public bool Lipschitz { get; init; }

    public override ScoreFunction? ToLogRatio => LogRatio.To;

    public override ScoreFunction? FromLogRatio => LogRatio.From;

    public override bool NeedsLipschitzCritic => Lipschitz;

    public override double Ceiling(ScoreMatrix scores) => Maximum;
}
