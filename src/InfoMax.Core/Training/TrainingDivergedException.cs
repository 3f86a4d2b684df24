using System.Globalization;

namespace InfoMax.Training;

/// <summary>A loss term became NaN or infinite. The encoder's parameters are those before the step named.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="term">Name of the first term that is not finite.</param>
    /// <param name="value">Its value.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    public TrainingDivergedException(string term, double value, long step, int epoch)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"The loss term \"{term}\" became {value} at step {step} (epoch {epoch}). The step was not applied. Check that the inputs are finite; a lower learning rate, a lower prior weight or a bounded estimator (Jensen–Shannon) helps against divergence."))
    {
        Term = term;
        Value = value;
        Step = step;
        Epoch = epoch;
    }

    /// <summary>Name of the first term that is not finite.</summary>
    public string Term { get; }

    /// <summary>Its value.</summary>
    public double Value { get; }

    /// <summary>The step, from 1.</summary>
    public long Step { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }
}
