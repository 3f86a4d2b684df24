using InfoMax.Foundation;

namespace InfoMax.Training;

/// <summary>Decides what happens when the numbers of a step are not finite. Extension point: derive and override <see cref="Answer"/>.</summary>
public abstract class DivergencePolicy
{
    /// <summary>Whether the policy may answer with <see cref="DivergenceAnswer.Skip"/>: the trainer then keeps a copy of the running statistics before each step, and looks at the numbers of each step on every device.</summary>
    public virtual bool MaySkip => false;

    /// <summary>Whether the policy may answer with <see cref="DivergenceAnswer.Return"/>: the trainer then refuses to start without checkpoints.</summary>
    public virtual bool MayReturn => false;

    /// <summary>Folder in which the batch of a step that ends the run is saved; null for none.</summary>
    public virtual string? BatchFolder => null;

    /// <summary>Ends the run.</summary>
    /// <param name="saveBatchIn">
    /// Folder in which the batch is saved as a safetensors file ("batch", as the encoder got it, and "examples", the numbers of its examples) for a look at what was in it; null (the default) for none. It is made if it is not there.
    /// </param>
    /// <returns>The policy.</returns>
    public static DivergencePolicy Throw(string? saveBatchIn = null) => new Throwing(saveBatchIn);

    /// <summary>Leaves the batch out and counts it, and ends the run when too many in succession had to be left out.</summary>
    /// <param name="mostInSuccession">How many batches in succession may be left out, 1 or more; default 10.</param>
    /// <param name="saveBatchIn">Folder for the batch that ends the run, as for <see cref="Throw"/>.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public static DivergencePolicy Skip(int mostInSuccession = 10, string? saveBatchIn = null) =>
        new Skipping(OptionGuard.AtLeast(1, mostInSuccession, nameof(mostInSuccession)), saveBatchIn);

    /// <summary>Goes back to the last checkpoint and goes on with a lower learning rate; ends the run when that has happened too often.</summary>
    /// <param name="most">How often the run may go back, 1 or more; default 3.</param>
    /// <param name="rateFactor">Factor for all later learning rates each time, in (0, 1); default 0.5.</param>
    /// <param name="saveBatchIn">Folder for the batch that ends the run, as for <see cref="Throw"/>.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static DivergencePolicy ReturnToCheckpoint(int most = 3, double rateFactor = 0.5, string? saveBatchIn = null) => rateFactor is > 0 and < 1
        ? new Returning(OptionGuard.AtLeast(1, most, nameof(most)), rateFactor, saveBatchIn)
        : throw new ArgumentOutOfRangeException(nameof(rateFactor), rateFactor, "Expected a factor in (0, 1).");

    /// <summary>Decides.</summary>
    /// <param name="divergence">What has happened.</param>
    /// <returns>What is to happen.</returns>
    public abstract DivergenceAnswer Answer(Divergence divergence);

    private sealed class Throwing(string? folder) : DivergencePolicy
    {
        public override string? BatchFolder => folder;

        public override DivergenceAnswer Answer(Divergence divergence) => DivergenceAnswer.Throw;
    }

    private sealed class Skipping(int most, string? folder) : DivergencePolicy
    {
        public override bool MaySkip => true;

        public override string? BatchFolder => folder;

        public override DivergenceAnswer Answer(Divergence divergence) => divergence.InSuccession <= most ? DivergenceAnswer.Skip : DivergenceAnswer.Throw;
    }

    private sealed class Returning(int most, double rateFactor, string? folder) : DivergencePolicy
    {
        public override bool MayReturn => true;

        public override string? BatchFolder => folder;

        public override DivergenceAnswer Answer(Divergence divergence) =>
            divergence.Returns < most && divergence.Checkpoint is not null ? DivergenceAnswer.Return(rateFactor) : DivergenceAnswer.Throw;
    }
}
