using System.Globalization;

namespace InfoMax.Information;

/// <summary>How much features tell about labels, as <see cref="MutualInformation.WithLabels"/> estimates it. Plain values.</summary>
public sealed class LabelInformation
{
    /// <summary>
    /// Entropy of the labels minus <see cref="CrossEntropy"/>, in nats: a lower bound, never above <see cref="Entropy"/>.
    /// </summary>
    public double Value { get; internal init; }

    /// <summary>Lower end of the interval, in nats.</summary>
    public double Low { get; internal init; }

    /// <summary>Upper end of the interval, in nats; at most <see cref="Entropy"/>.</summary>
    public double High { get; internal init; }

    /// <summary>The interval's level, such as 0.95.</summary>
    public double Confidence { get; internal init; }

    /// <summary>Entropy of the labels, in nats: the largest value there can be.</summary>
    public double Entropy { get; internal init; }

    /// <summary>Cross-entropy of the classifier on rows that it was not fitted on, in nats.</summary>
    public double CrossEntropy { get; internal init; }

    /// <summary>Accuracy of the classifier on rows that it was not fitted on, from 0 to 1.</summary>
    public double Accuracy { get; internal init; }

    /// <summary>Number of rows.</summary>
    public int Count { get; internal init; }

    /// <summary>Number of classes that occur.</summary>
    public int ClassCount { get; internal init; }

    /// <summary>The value with its interval, and what it comes from.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Value:F3} nats [{Low:F3}, {High:F3}] at {Confidence:P0} of at most {Entropy:F3} ({ClassCount} classes, {Count} rows; "
        + $"linear classifier on held-out rows, {100 * Accuracy:F1} % right)");
}
