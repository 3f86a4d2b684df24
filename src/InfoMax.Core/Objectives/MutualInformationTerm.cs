using InfoMax.Estimators;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>A loss and its reading in nats from one matrix of scores.</summary>
internal static class MutualInformationTerm
{
    /// <summary>Name of the metric that holds the estimator's reading.</summary>
    public const string Nats = "nats";

    public static ObjectiveResult Evaluate(MIEstimator estimator, ScoreMatrix scores)
    {
        Tensor objective = estimator.Objective(scores);
        Dictionary<string, Tensor> metrics = [];
        if (estimator.Reading(objective, scores) is { } reading)
        {
            metrics[Nats] = reading;
        }

        return new ObjectiveResult(objective.neg(), metrics: metrics);
    }
}
