using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// A variational estimator of mutual information: turns the scores of positive and negative pairs into an objective to maximize and an
/// estimate to report. Extension point: derive and override <see cref="Objective"/>, or build a <see cref="DivergenceEstimator"/> from two
/// score functions.
/// </summary>
/// <remarks>
/// <para>Training maximizes <see cref="Objective"/>; the loss of the paper is its negative. <see cref="Estimate"/> is the value to report
/// for the scores, in nats where possible. The two differ where the objective is shifted by a constant or measures another
/// divergence.</para>
/// <para>Estimators without <see cref="State"/> are immutable: one object may serve many objectives and threads. An estimator with state
/// belongs to one objective.</para>
/// <para>In the formulas, u is a score, E₊ the mean over positives, E₋ the mean over negatives.</para>
/// </remarks>
public abstract class MIEstimator
{
    /// <summary>Sets the estimator's description.</summary>
    /// <param name="name">Short name for metrics and reports, in lower case with dashes, such as "infonce".</param>
    /// <param name="objectiveKind">What <see cref="Objective"/> measures.</param>
    /// <param name="estimateKind">What <see cref="Estimate"/> measures.</param>
    /// <param name="formula">The objective as a formula, for reports; null (the default) for the name.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    protected MIEstimator(string name, BoundKind objectiveKind, BoundKind estimateKind, string? formula = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, ObjectiveKind, EstimateKind, Formula) = (name, objectiveKind, estimateKind, formula ?? name);
    }

    /// <summary>Short name for metrics and reports, in lower case with dashes, such as "infonce".</summary>
    public string Name { get; }

    /// <summary>The objective as a formula, for reports; the name if there is none.</summary>
    public string Formula { get; }

    /// <summary>What <see cref="Objective"/> measures.</summary>
    public BoundKind ObjectiveKind { get; }

    /// <summary>What <see cref="Estimate"/> measures.</summary>
    public BoundKind EstimateKind { get; }

    /// <summary>
    /// Whether maximizing the objective through both vectors raises their mutual information; true by default. Objectives that train
    /// representations refuse an estimator for which it is false, such as an upper bound whose objective only fits a model.
    /// </summary>
    public virtual bool TrainsRepresentations => true;

    /// <summary>Whether the value is meaningful only for a critic that is 1-Lipschitz in its inputs; false by default.</summary>
    public virtual bool NeedsLipschitzCritic => false;

    /// <summary>
    /// The log density ratio (joint density over the product of the marginals) as a function of a perfect critic's score; the score itself
    /// by default. Null if the score does not determine it. Some estimators leave a constant (<see cref="DonskerVaradhanEstimator"/>) or a
    /// function of the global vector (<see cref="InfoNceEstimator"/>) undetermined.
    /// </summary>
    public virtual ScoreFunction? ToLogRatio => ScoreFunctions.Identity;

    /// <summary>
    /// The inverse of <see cref="ToLogRatio"/>: the score that this estimator expects for a log density ratio; null if there is none.
    /// </summary>
    public virtual ScoreFunction? FromLogRatio => ScoreFunctions.Identity;

    /// <summary>
    /// What the estimator remembers or learns; null (the default) if it is stateless. Objectives register the state as a submodule, so it
    /// is trained, saved, moved and disposed with them.
    /// </summary>
    public virtual nn.Module? State => null;

    /// <summary>The quantity to maximize.</summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <returns>A differentiable scalar of the scores' dtype that belongs to the caller or its dispose scope.</returns>
    public abstract Tensor Objective(ScoreMatrix scores);

    /// <summary>The quantity to report; the default is <see cref="Objective"/>.</summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <returns>
    /// A scalar that belongs to the caller or its dispose scope; in nats unless <see cref="EstimateKind"/> is <see
    /// cref="BoundKind.Surrogate"/>.
    /// </returns>
    public virtual Tensor Estimate(ScoreMatrix scores) => Objective(scores);

    /// <summary>
    /// The estimate, computed from an objective of the scores instead of from the scores, which saves a second pass over them; null (the
    /// default) if the objective alone does not determine it. Training reports it.
    /// </summary>
    /// <param name="objective">The value of <see cref="Objective"/>.</param>
    /// <param name="scores">The scores; only their counts are read.</param>
    /// <returns>A new detached scalar that belongs to the caller or its dispose scope, or null.</returns>
    public virtual Tensor? EstimateFromObjective(Tensor objective, ScoreMatrix scores) => null;

    /// <summary>
    /// <see cref="Estimate"/> of the scores of a critic that was trained with another estimator. The scores are first mapped to the form
    /// that this estimator expects.
    /// </summary>
    /// <param name="scores">Scores of all pairs of the batch.</param>
    /// <param name="trainedWith">The estimator whose objective the critic maximized.</param>
    /// <returns>A scalar as from <see cref="Estimate"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The scores of the other estimator do not determine a density ratio, or this estimator is not a function of one.
    /// </exception>
    public Tensor EstimateTransferred(ScoreMatrix scores, MIEstimator trainedWith)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(trainedWith);
        if (HasScoresOf(trainedWith))
        {
            return Estimate(scores);
        }

        if (trainedWith.ToLogRatio is not { } to || FromLogRatio is not { } from)
        {
            throw new ArgumentException(
                $"Scores trained with {trainedWith.Name} cannot be read with {Name}: no density ratio leads from one to the other.",
                nameof(trainedWith));
        }

        using var scope = NewDisposeScope();
        ScoreMatrix ratios = to == ScoreFunctions.Identity ? scores : scores.Map(to);
        return scope.MoveToOuter(Estimate(from == ScoreFunctions.Identity ? ratios : ratios.Map(from)));
    }

    /// <summary>
    /// The largest value that <see cref="Estimate"/> can take on scores of this size, in nats; +∞ (the default) if there is none.
    /// </summary>
    /// <param name="scores">Scores of all pairs of the batch; only their counts are read.</param>
    /// <returns>The ceiling in nats.</returns>
    public virtual double Ceiling(ScoreMatrix scores) => double.PositiveInfinity;

    /// <summary>
    /// Whether scores trained with another estimator have the form that this one expects: divergences of one class differ by name.
    /// </summary>
    internal bool HasScoresOf(MIEstimator other) => other == this || (other.GetType() == GetType() && other.Name == Name);

    /// <summary>A detached copy of the objective, for estimators whose estimate it is.</summary>
    private protected static Tensor Detached(Tensor objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return objective.detach();
    }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
