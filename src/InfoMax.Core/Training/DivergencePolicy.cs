using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>Decides what happens when a loss term or the gradient of a step is not finite: NaN or infinite.</summary>
public sealed class DivergencePolicy
{
    private readonly Func<NonFiniteStep, DivergenceAnswer> _answer;

    private DivergencePolicy(Func<NonFiniteStep, DivergenceAnswer> answer, string? batchFolder) =>
        (_answer, BatchFolder) = (answer, batchFolder);

    /// <summary>
    /// Whether the policy may skip a step: the trainer then copies the running statistics before each step, and reads the numbers of each
    /// step on every device.
    /// </summary>
    internal bool MaySkip { get; private init; }

    /// <summary>Whether the policy may return to a checkpoint: the trainer then refuses to start without checkpoints.</summary>
    internal bool MayReturn { get; private init; }

    /// <summary>Folder for the batch of a step that ends the run; null for none.</summary>
    internal string? BatchFolder { get; }

    /// <summary>Ends the run with a <see cref="TrainingDivergedException"/>. The default of a trainer.</summary>
    /// <param name="saveBatchIn">
    /// Folder in which the batch is saved for inspection, created if needed; null (the default) for none. The safetensors file holds
    /// "batch", as the encoder received it, and "examples", the indices of its examples.
    /// </param>
    /// <returns>The policy.</returns>
    public static DivergencePolicy Throw(string? saveBatchIn = null) => new(_ => DivergenceAnswer.Throw, saveBatchIn);

    /// <summary>Skips and counts the batch; ends the run after too many skipped batches in a row.</summary>
    /// <param name="maxConsecutive">Number of batches in a row that may be skipped, 1 or more; default 10.</param>
    /// <param name="saveBatchIn">Folder for the batch that ends the run, as for <see cref="Throw"/>.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static DivergencePolicy Skip(int maxConsecutive = 10, string? saveBatchIn = null)
    {
        OptionGuard.AtLeast(1, maxConsecutive, nameof(maxConsecutive));
        return new(step => step.ConsecutiveCount <= maxConsecutive ? DivergenceAnswer.Skip : DivergenceAnswer.Throw, saveBatchIn)
        {
            MaySkip = true,
        };
    }

    /// <summary>
    /// Returns to the last checkpoint and continues with a lower learning rate; ends the run when that has happened too often.
    /// </summary>
    /// <param name="maxReturns">How often the run may return, 1 or more; default 3.</param>
    /// <param name="rateFactor">Factor for all later learning rates each time, in (0, 1); default 0.5.</param>
    /// <param name="saveBatchIn">Folder for the batch that ends the run, as for <see cref="Throw"/>.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static DivergencePolicy ReturnToCheckpoint(int maxReturns = 3, double rateFactor = 0.5, string? saveBatchIn = null)
    {
        OptionGuard.AtLeast(1, maxReturns, nameof(maxReturns));
        if (rateFactor is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rateFactor), rateFactor, "Expected a factor in (0, 1).");
        }

        bool May(NonFiniteStep step) => step.ReturnCount < maxReturns && step.Checkpoint is not null;
        return new(step => May(step) ? DivergenceAnswer.Return(rateFactor) : DivergenceAnswer.Throw, saveBatchIn) { MayReturn = true };
    }

    internal DivergenceAnswer Answer(NonFiniteStep step) => _answer(step);
}
