using InfoMax.Randomness;

namespace InfoMax.Training;

/// <summary>
/// Code that runs during a training run, on the training thread: an online probe, a log writer, a stop rule. Extension point: derive and
/// override what you need. A callback with a state implements <see cref="IExtraState"/>, and checkpoints then hold its state.
/// </summary>
/// <remarks>
/// <para>An exception of a callback ends the run and reaches the caller of <c>Fit</c>.</para>
/// <para>
/// Do not step a TorchSharp learning rate scheduler in a callback. The trainer sets the rates before each step, so that a scheduler has no
/// effect; a warning is logged when the trainer finds rates changed. Use <see cref="DimTrainer.Schedule"/> instead, such as
/// <c>LearningRateSchedule.Custom(…)</c>, which a resumed run continues.
/// </para>
/// </remarks>
public abstract class TrainingCallback
{
    /// <summary>Name of the state in checkpoints; null for a name by the place among the callbacks.</summary>
    internal virtual string? StateName => null;

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

    /// <summary>Called after each epoch, before its checkpoint is written.</summary>
    /// <param name="context">The epoch.</param>
    public virtual void OnEpoch(EpochContext context)
    {
    }

    /// <summary>Called once at the end, for every stop reason, but not after an exception.</summary>
    /// <param name="context">The run.</param>
    /// <param name="result">Its outcome.</param>
    public virtual void OnEnd(TrainingContext context, TrainingResult result)
    {
    }
}
