using InfoMax.Optimization;
using InfoMax.Randomness;
using InfoMax.Training.Checkpoints;

namespace InfoMax.Training;

/// <content>Methods that set how a run goes: schedules, checkpoints, early stopping, divergence, callbacks.</content>
public sealed partial class DimTrainer
{
    /// <summary>
    /// Changes the learning rate over the run; default constant. It multiplies the rates of all parameter groups of the optimizer.
    /// </summary>
    /// <param name="schedule">The schedule, such as <c>LearningRateSchedule.Cosine().WithWarmUp(500)</c>.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Schedule(LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Configure(s => s.Schedule = schedule);
    }

    /// <summary>
    /// Scales gradients down if their norm, over all parameters of encoder and loss, exceeds a limit. The metric "gradient_norm" is the
    /// norm before scaling.
    /// </summary>
    /// <param name="maxNorm">The limit, finite and above 0.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer ClipGradients(double maxNorm) => Configure(s => s.MaxGradientNorm = maxNorm);

    /// <summary>
    /// Keeps an exponential moving average of the encoder's weights and running statistics, which the encoder has at the end of the run.
    /// Checkpoints hold both. The average follows faster at the beginning: the decay of step n is at most (1 + n) / (10 + n).
    /// </summary>
    /// <param name="decay">Share of the average that is kept at each step, in (0, 1); default 0.999.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer AverageWeights(double decay = 0.999) => Configure(s => s.AverageDecay = decay);

    /// <summary>
    /// Encodes each batch in parts, so that activations of one part are in memory at a time, with the gradient of the whole batch: every
    /// example has all others of the batch as negatives. The loss is computed once over the outputs of all parts; then each part is encoded
    /// again to pass the gradient back (gradient caching, Gao et al., 2021). This costs a second forward pass.
    /// </summary>
    /// <remarks>
    /// Batch normalization normalizes within each part: the gradient is then that of an encoder that sees parts. Without it, the gradient
    /// is that of the whole batch up to rounding.
    /// </remarks>
    /// <param name="parts">Number of parts, 1 or more, a divisor of the batch size.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer MicroBatches(int parts) => Configure(s => s.MicroBatches = parts);

    /// <summary>
    /// Makes batches ahead of time on separate threads, for sources that read files, decode or augment. The run has the same bits with any
    /// number of threads. <see cref="TrainingProgress.DataWaitShare"/> shows whether it helps.
    /// </summary>
    /// <param name="workers">
    /// Number of threads; 0 (the default of a trainer) makes each batch when it is needed, on the training thread. More than one needs a
    /// source with <c>IsThreadSafe</c>.
    /// </param>
    /// <param name="ahead">
    /// Largest number of batches that wait, 1 or more; null takes two per thread. Each takes the memory of a batch.
    /// </param>
    /// <returns>This trainer.</returns>
    public DimTrainer Prefetch(int workers = 1, int? ahead = null) =>
        Configure(s => (s.FeedWorkers, s.FeedAhead) = (workers, ahead ?? Math.Max(1, 2 * workers)));

    /// <summary>Sets what happens when a loss term or the gradient is not finite; default: the run ends.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer OnDivergence(DivergencePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Configure(s => s.Divergence = policy);
    }

    /// <summary>
    /// Ends the run when a metric of the epochs has not improved for a number of epochs. <see cref="TrainingResult.StopReason"/> is then
    /// <see cref="StopReason.Stopped"/>.
    /// </summary>
    /// <remarks>
    /// Checkpoints hold the state, the best weights included: a resumed run stops in the same epoch as an uninterrupted one. With
    /// <see cref="AverageWeights"/> the best weights are averaged ones. Metrics of the training batches, such as "local.nats", rarely stop
    /// improving: use a metric on held-out examples, as <c>OnlineProbe</c> reports it.
    /// </remarks>
    /// <param name="metric">
    /// Name of the metric in <see cref="EpochSummary.Metrics"/>, such as "probe.global.test_accuracy". A name that the first epoch does not
    /// have ends the run with an error that lists the names.
    /// </param>
    /// <param name="patience">Epochs without improvement after which the run ends, 1 or more.</param>
    /// <param name="restoreBest">
    /// Whether the encoder has the weights of the best epoch at the end, unless the run was canceled; default true. Costs a copy of the
    /// encoder.
    /// </param>
    /// <param name="higherIsBetter">Whether a higher value is better; default false.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer EarlyStopping(string metric, int patience, bool restoreBest = true, bool higherIsBetter = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        return Configure(s => s.EarlyStop = new EarlyStop(metric, patience, restoreBest, higherIsBetter));
    }

    /// <summary>Writes a checkpoint after each epoch and at the end, and keeps the last three and the best.</summary>
    /// <param name="directory">Folder of the run's checkpoints. A run that does not resume needs an empty one.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Checkpoints(string directory) => Checkpoints(new CheckpointOptions(directory));

    /// <summary>Writes checkpoints.</summary>
    /// <param name="options">When, where, and which are kept.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Checkpoints(CheckpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Configure(s => s.Checkpoints = options);
    }

    /// <summary>
    /// Continues from a checkpoint. On the CPU the run has the same bits as an uninterrupted one if encoder, data, settings and seed are
    /// built as for the run that wrote it. More epochs may be requested.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Everything comes from the checkpoint: weights, optimizer state, generators (TorchSharp's global one too), position in the data,
    /// moving averages, sums of metrics. A schedule goes by the number of epochs that this run requests. A state of your own modules
    /// besides parameters and buffers must be an <see cref="IExtraState"/>.
    /// </para>
    /// <para>
    /// Another seed, batch size, data set, optimizer type or other terms of the loss are refused. Another learning rate, schedule, weight
    /// of a term, gradient limit, decay or number of micro-batches is used from here on, and logged as a warning.
    /// </para>
    /// </remarks>
    /// <param name="path">A checkpoint, or a folder of checkpoints for the latest of them.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Resume(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Configure(s => s.ResumeFrom = path);
    }

    /// <summary>
    /// Resumes after interruption: continues from the latest whole checkpoint in the folder given to <c>Checkpoints</c>, or starts anew if
    /// there is none. Damaged checkpoints are ignored and logged. For runs that a supervisor restarts.
    /// </summary>
    /// <returns>This trainer.</returns>
    public DimTrainer ResumeLatest() => Configure(s => s.ResumeLatest = true);

    /// <summary>Adds a callback.</summary>
    /// <param name="callback">It stays the caller's. Callbacks are called in the order in which they were added.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Callback(TrainingCallback callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Configure(s => s.Callbacks.Add(callback));
    }

    private Checkpoint? FindCheckpoint()
    {
        Checkpoint? checkpoint = _settings switch
        {
            { ResumeFrom: { } path } => Checkpoint.Open(path),
            { ResumeLatest: true, Checkpoints: { } options } =>
                Checkpoint.Latest(options.Directory, fault => TrainerLog.CheckpointDamaged(_logger, fault.Message)),
            _ => null,
        };
        if (checkpoint is not null)
        {
            RunIdentity.CheckData(checkpoint, _settings, _data);
        }

        return checkpoint;
    }
}
