using InfoMax.Foundation;

namespace InfoMax.Evaluation.Probes;

/// <summary>What one repeat of a probe gave.</summary>
/// <param name="Accuracy">Test accuracy, a fraction in [0, 1]. Not always that of the predictions: a probe may average over its last epochs.</param>
/// <param name="Predictions">The predicted class of each test row.</param>
/// <param name="HyperParameters">What the probe was set to and what it chose, in a few words.</param>
public sealed record ProbeOutcome(double Accuracy, IReadOnlyList<int> Predictions, string HyperParameters)
{
    /// <summary>The numbers in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => RecordText.Of(this);

    /// <summary>An outcome whose accuracy is that of its predictions.</summary>
    /// <param name="predictions">The predicted class of each test row.</param>
    /// <param name="labels">The true class of each test row.</param>
    /// <param name="hyperParameters">What the probe was set to and what it chose.</param>
    /// <exception cref="ArgumentException">The counts differ or are 0.</exception>
    public static ProbeOutcome Of(IReadOnlyList<int> predictions, IReadOnlyList<int> labels, string hyperParameters)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(labels);
        if (predictions.Count != labels.Count || labels.Count == 0)
        {
            throw new ArgumentException($"Expected one prediction for each of {labels.Count} labels, got {predictions.Count}.", nameof(predictions));
        }

        return new ProbeOutcome(predictions.Zip(labels).Count(pair => pair.First == pair.Second) / (double)labels.Count, predictions, hyperParameters);
    }
}
