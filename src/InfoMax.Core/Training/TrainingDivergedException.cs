using System.Globalization;
using InfoMax.Optimization;

namespace InfoMax.Training;

/// <summary>
/// A loss term or the norm of the gradient became NaN or infinite, and the policy ended the run. The step was not applied: the encoder has
/// the parameters from before it.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="term">First metric that is not finite; "gradient_norm" for the gradient.</param>
    /// <param name="value">Its value.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="batchPath">File with the batch of the step; null if it was not saved.</param>
    public TrainingDivergedException(string term, double value, long step, int epoch, string? batchPath = null)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"{Subject(term)} became {value} at step {step} (epoch {epoch}). The step was not applied. Check that the inputs are " +
            $"finite; a lower learning rate, a lower prior weight or a bounded estimator (Jensen–Shannon) helps against " +
            $"divergence.{(batchPath is null ? "" : $" The batch is in {batchPath}.")}"))
    {
        Term = term;
        Value = value;
        Step = step;
        Epoch = epoch;
        BatchPath = batchPath;
    }

    /// <summary>First metric that is not finite; "gradient_norm" for the gradient.</summary>
    public string Term { get; }

    /// <summary>Its value.</summary>
    public double Value { get; }

    /// <summary>The step, from 1.</summary>
    public long Step { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>A safetensors file with the batch of the step; null if it was not saved.</summary>
    public string? BatchPath { get; }

    private static string Subject(string term) => term == Descent.GradientNorm ? "The norm of the gradient" : $"The loss term " +
        $"\"{term}\"";
}
