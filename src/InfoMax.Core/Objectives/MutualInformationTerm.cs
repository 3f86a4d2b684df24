using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>A loss and its reading in nats from one matrix of scores.</summary>
internal static class MutualInformationTerm
{
    /// <summary>Name of the metric that holds the estimator's reading.</summary>
    public const string Nats = "nats";

    /// <summary>Throws unless representations may be trained to raise the estimator's objective with this critic.</summary>
    public static void Check(MIEstimator estimator, Critic critic)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(critic);
        if (!estimator.TrainsRepresentations)
        {
            throw new ArgumentException(
                $"Expected an estimator whose objective may be maximized through both vectors, got {estimator.Name}: raising it would not raise the mutual information.", nameof(estimator));
        }

        if (estimator.NeedsLipschitzCritic && !critic.IsLipschitz)
        {
            throw new ArgumentException($"Expected a critic that is 1-Lipschitz, which {estimator.Name} needs, got {critic.GetType().Name}.", nameof(critic));
        }
    }

    /// <summary>A number of samples, or none.</summary>
    public static int? AtLeastOne(int? value, string name)
    {
        if (value is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, name);
        }

        return value;
    }

    /// <summary>Some locations of each example, or all.</summary>
    public static LocalFeatureMap Sample(LocalFeatureMap map, int? count, Generator generator) =>
        count is { } some && some < map.Locations ? map.Sample(some, generator) : map;

    /// <summary>Some global vectors of each example, or all: several of them are a map of their own, whose locations they are.</summary>
    public static Tensor Sample(Tensor globals, int? count, Generator generator) =>
        count is { } some && globals.dim() == 3 && some < globals.shape[2] ? new LocalFeatureMap(globals).Sample(some, generator).Values : globals;

    /// <summary>The mean of some terms of the same metrics, each evaluated with its share of the weight.</summary>
    public static ObjectiveResult Mean(IReadOnlyList<ObjectiveResult> terms)
    {
        Tensor Of(Func<ObjectiveResult, Tensor> part) => terms.Skip(1).Aggregate(part(terms[0]), (sum, term) => sum + part(term)) / terms.Count;
        return new ObjectiveResult(Of(term => term.Loss), metrics: terms[0].Metrics.Keys.ToDictionary(name => name, name => Of(term => term.Metrics[name])));
    }

    /// <summary>The term.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="weight">What the loss will be multiplied with.</param>
    /// <param name="clip">Applied to each score; null for none.</param>
    public static ObjectiveResult Evaluate(MIEstimator estimator, ScoreMatrix scores, double weight, ScoreFunction? clip)
    {
        using ScoreMatrix? clipped = clip is null ? null : scores.Map(clip);
        scores = clipped ?? scores;
        scores.ExpectedScale = weight > 0 ? -weight : 1.0;
        Tensor objective = estimator.Objective(scores);
        Dictionary<string, Tensor> metrics = [];
        if (estimator.EstimateFromObjective(objective, scores) is { } reading)
        {
            metrics[Nats] = reading;
        }

        return new ObjectiveResult(objective.neg(), metrics: metrics);
    }
}
