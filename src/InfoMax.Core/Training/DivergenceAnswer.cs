namespace InfoMax.Training;

/// <summary>What happens after a step with numbers that are not finite.</summary>
internal sealed record DivergenceAnswer
{
    /// <summary>The run ends with a <see cref="TrainingDivergedException"/>.</summary>
    public static DivergenceAnswer Throw { get; } = new();

    /// <summary>The batch is skipped; parameters, optimizer and running statistics stay as they were before it.</summary>
    public static DivergenceAnswer Skip { get; } = new() { Skips = true };

    public bool Skips { get; private init; }

    /// <summary>Factor for all later learning rates if the run returns to a checkpoint; null if it does not.</summary>
    public double? RateFactor { get; private init; }

    /// <summary>The run returns to its last checkpoint and continues with lower learning rates.</summary>
    /// <param name="rateFactor">Factor for all later learning rates, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside (0, 1].</exception>
    public static DivergenceAnswer Return(double rateFactor) => rateFactor is > 0 and <= 1
        ? new() { RateFactor = rateFactor }
        : throw new ArgumentOutOfRangeException(nameof(rateFactor), rateFactor, "Expected a factor in (0, 1].");
}
