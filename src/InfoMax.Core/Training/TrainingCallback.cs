using InfoMax.Randomness;

namespace InfoMax.Training;

/// <summary>
/// Something that is called while a run goes on, on the training thread: an online probe, a writer of logs, an early stop. Extension point: derive and override what you need. A callback that keeps something implements
/// <see cref="IExtraState"/>, and checkpoints hold it.
/// </summary>
/// <remarks>An exception of a callback ends the run and reaches the caller of <c>Fit</c>.</remarks>
public abstract class TrainingCallback
{
    /// <summary>Called before the first step, after a checkpoint to resume from has been read.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnStart(TrainingContext context)
    {
    }

    /// <summary>Called after each step of the optimizer, in a dispose scope that ends with the step.</summary>
    /// <param name="context">The step.</param>
    public virtual void OnStep(StepContext context)
    {
    }

    /// <summary>Called after each epoch, before its checkpoint.</summary>
    /// <param name="context">The epoch.</param>
    public virtual void OnEpoch(EpochContext context)
    {
    }

    /// <summary>Called once at the end, whatever the reason, but not after an exception.</summary>
    /// <param name="context">The run.</param>
    /// <param name="result">What it did.</param>
    public virtual void OnEnd(TrainingContext context, TrainingResult result)
    {
    }
}
