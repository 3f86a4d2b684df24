using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>The loss and the estimate in nats from one matrix of scores: what all objectives of mutual information share.</summary>
internal static class MutualInformationTerm
{
    /// <summary>Name of the metric with the estimate.</summary>
    public const string Nats = "nats";

    /// <summary>Throws unless representations may be trained to maximize the estimator's objective with this critic.</summary>
    public static void Check(MIEstimator estimator, Critic critic)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(critic);
        if (!estimator.TrainsRepresentations)
        {
            throw new ArgumentException(
                $"Expected an estimator whose objective may be maximized through both vectors, got {estimator.Name}: maximizing it " +
                $"would not maximize the mutual information.",
                nameof(estimator));
        }

        if (estimator.NeedsLipschitzCritic && !critic.IsLipschitz)
        {
            throw new ArgumentException(
                $"Expected a critic that is 1-Lipschitz, which {estimator.Name} needs, got {critic.GetType().Name}.", nameof(critic));
        }
    }

    /// <summary>The value, if it is null or at least 1.</summary>
    public static int? AtLeastOne(int? value, string name)
    {
        if (value is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, name);
        }

        return value;
    }

    /// <summary>A sample of each example's locations, or all of them.</summary>
    public static LocalFeatureMap Sample(LocalFeatureMap map, int? count, Generator generator) =>
        count is { } some && some < map.Locations ? map.Sample(some, generator) : map;

    /// <summary>A sample of each example's global vectors, or all of them. Several global vectors are the locations of a map.</summary>
    public static Tensor Sample(Tensor globals, int? count, Generator generator) =>
        count is { } some && globals.dim() == 3 && some < globals.shape[2]
            ? new LocalFeatureMap(globals).Sample(some, generator).Values
            : globals;

    /// <summary>The mean of terms with equal metrics, each evaluated with its share of the weight.</summary>
    public static ObjectiveResult Mean(IReadOnlyList<ObjectiveResult> terms)
    {
        Tensor Of(Func<ObjectiveResult, Tensor> part) =>
            terms.Skip(1).Aggregate(part(terms[0]), (sum, term) => sum + part(term)) / terms.Count;
        return new ObjectiveResult(
            Of(term => term.Loss), metrics: terms[0].Metrics.Keys.ToDictionary(name => name, name => Of(term => term.Metrics[name])));
    }

    /// <summary>Evaluates the term.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="weight">
    /// Factor that the loss will be multiplied by: streamed scores compute their gradients for it in the forward pass.
    /// </param>
    /// <param name="clip">Applied to each score; null for none.</param>
    public static ObjectiveResult Evaluate(MIEstimator estimator, ScoreMatrix scores, double weight, ScoreFunction? clip)
    {
        using ScoreMatrix? clipped = clip is null ? null : scores.Map(clip);
        using ScoreMatrix weighted = (clipped ?? scores).WithExpectedScale(weight > 0 ? -weight : 1.0);
        Tensor objective = estimator.Objective(weighted);
        Dictionary<string, Tensor> metrics = [];
        if (estimator.EstimateFromObjective(objective, weighted) is { } reading)
        {
            metrics[Nats] = reading;
        }

        return new ObjectiveResult(objective.neg(), metrics: metrics);
    }
}
