namespace InfoMax.Training;

/// <summary>What is to happen after a step whose numbers are not finite.</summary>
public sealed record DivergenceAnswer
{
    private DivergenceAnswer()
    {
    }

    /// <summary>The run ends with a <see cref="TrainingDivergedException"/>.</summary>
    public static DivergenceAnswer Throw { get; } = new();

    /// <summary>The batch is left out; parameters, optimizer and running statistics stay as they were before it.</summary>
    public static DivergenceAnswer Skip { get; } = new() { Skips = true };

    internal bool Skips { get; private init; }

    /// <summary>Factor for all later learning rates if the run goes back to a checkpoint; null if it does not.</summary>
    internal double? RateFactor { get; private init; }

    /// <summary>The run goes back to its last checkpoint and goes on from there with lower learning rates.</summary>
    /// <param name="rateFactor">Factor for all later learning rates, in (0, 1]: with 1 the same would happen again, unless something else changes.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is outside (0, 1].</exception>
    public static DivergenceAnswer Return(double rateFactor) => rateFactor is > 0 and <= 1
        ? new() { RateFactor = rateFactor }
        : throw new ArgumentOutOfRangeException(nameof(rateFactor), rateFactor, "Expected a factor in (0, 1].");
}
