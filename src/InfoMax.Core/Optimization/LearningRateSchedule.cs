namespace InfoMax.Optimization;

/// <summary>
/// How the learning rate changes over a run: a factor for each step, a pure function of where the run stands, so that a resumed run goes on
/// with the rate it would have had. Extension point: derive, or use <see cref="Custom"/>.
/// </summary>
/// <remarks>TorchSharp's own schedulers keep their position to themselves and cannot be saved, so they are not used here.</remarks>
public abstract class LearningRateSchedule
{
    /// <summary>The rate stays as it is: the paper's, and the default.</summary>
    public static LearningRateSchedule Constant { get; } = new Curve(static (_, _) => 1);

    /// <summary>The factor of a step.</summary>
    /// <param name="position">The step, from 0 to <paramref name="totalSteps"/> − 1.</param>
    /// <param name="totalSteps">Steps of the whole run, 1 or more.</param>
    /// <returns>What the optimizer's learning rate is multiplied with: finite, at least 0.</returns>
    public abstract double Factor(long position, long totalSteps);

    /// <summary>Falls along half a cosine from 1 to a last factor.</summary>
    /// <param name="last">Factor at the end, in [0, 1]; default 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside [0, 1].</exception>
    public static LearningRateSchedule Cosine(double last = 0)
    {
        CheckShare(last, nameof(last));
        return new Curve((step, total) => last + ((1 - last) * 0.5 * (1 + Math.Cos(Math.PI * step / total))));
    }

    /// <summary>Falls in a straight line from 1 to a last factor.</summary>
    /// <param name="last">Factor at the end, in [0, 1]; default 0.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside [0, 1].</exception>
    public static LearningRateSchedule Linear(double last = 0)
    {
        CheckShare(last, nameof(last));
        return new Curve((step, total) => 1 + ((last - 1) * step / total));
    }

    /// <summary>Is multiplied with a factor each time that a share of the run is over.</summary>
    /// <param name="factor">The factor, in (0, 1].</param>
    /// <param name="at">Shares of the run, each in (0, 1), in ascending order.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside (0, 1].</exception>
    /// <exception cref="ArgumentException">The shares are outside (0, 1) or not in order.</exception>
    public static LearningRateSchedule Steps(double factor, params IReadOnlyList<double> at)
    {
        ArgumentNullException.ThrowIfNull(at);
        if (!(factor is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a factor in (0, 1].");
        }

        double[] shares = [.. at];
        if (shares.Any(share => !(share is > 0 and < 1)) || shares.Zip(shares.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException($"Expected shares of the run in (0, 1) in ascending order, got {string.Join(", ", shares)}.",
                nameof(at));
        }

        return new Curve((step, total) => Math.Pow(factor, shares.Count(share => step >= share * total)));
    }

    /// <summary>Is multiplied with a factor after some epochs, once for each time that an epoch is named.</summary>
    internal static LearningRateSchedule AfterEpochs(double factor, IReadOnlyList<int> epochs, long stepsPerEpoch) =>
        new Curve((step, _) => Math.Pow(factor, epochs.Count(epoch => step >= epoch * stepsPerEpoch)));

    /// <summary>A schedule made of a function.</summary>
    /// <param name="factor">The factor of a step, from the step, from 0, and the steps of the whole run. It must be a pure function, or a
    /// resumed run will not be the same.</param>
    /// <returns>The schedule.</returns>
    public static LearningRateSchedule Custom(Func<long, long, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return new Curve(factor);
    }

    /// <summary>This schedule after a warm-up, in which the factor rises in a straight line; the schedule then has the steps that are left
    /// to itself.</summary>
    /// <param name="steps">Steps of the warm-up, 1 or more; the first one has the factor 1/<paramref name="steps"/> of the schedule's
    /// first, the last one all of it.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than one step.</exception>
    public LearningRateSchedule WithWarmUp(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new Curve((step, total) => step < steps
            ? (step + 1.0) / steps * Factor(0, Math.Max(1, total - steps))
            : Factor(step - steps, Math.Max(1, total - steps)));
    }

    private static void CheckShare(double value, string name)
    {
        if (!(value is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "Expected a factor in [0, 1].");
        }
    }

    private sealed class Curve(Func<long, long, double> factor) : LearningRateSchedule
    {
        public override double Factor(long position, long totalSteps)
        {
            double value = factor(position, totalSteps);
            return double.IsFinite(value) && value >= 0
                ? value
                : throw new InvalidOperationException(
                    $"Expected a schedule's factor to be finite and at least 0, got {value} for step {position} of {totalSteps}.");
        }
    }
}
