using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Randomness;
using InfoMax.Training.Checkpoints;
using InfoMax.Weights;

namespace InfoMax.Training;

/// <content>The verbs that say how a run goes: schedules, checkpoints, what happens when numbers go bad, who looks on.</content>
public sealed partial class DimTrainer
{
    /// <summary>Changes the learning rate over the run; default constant. It multiplies the rates of all of the optimizer's groups of parameters.</summary>
    /// <param name="schedule">The schedule, such as <c>LearningRateSchedule.Cosine().WithWarmUp(500)</c>.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Schedule(LearningRateSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Configure(s => s.Schedule = schedule);
    }

    /// <summary>Scales gradients down whose norm, over all parameters of encoder and loss, is larger than a limit. The metric "gradient_norm" is the norm before that.</summary>
    /// <param name="largestNorm">The limit, finite and above 0.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer ClipGradients(double largestNorm) => Configure(s => s.LargestGradientNorm = largestNorm);

    /// <summary>
    /// Keeps an exponential moving average of the encoder's weights and running statistics, which the encoder has at the end of the run. Checkpoints hold both. At the beginning the average follows more quickly: the decay of step n
    /// is at most (1 + n) / (10 + n).
    /// </summary>
    /// <param name="decay">Share of the average that is kept at each step, in (0, 1); default 0.999.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer AverageWeights(double decay = 0.999) => Configure(s => s.AverageDecay = decay);

    /// <summary>
    /// Encodes each batch in parts, so that the activations of one part are in memory at a time, with the gradient of the whole batch: every example has all others of the batch as negatives. The loss is computed once over what the
    /// encoder gave for all parts; then each part is encoded a second time to hand the gradient back (gradient caching, Gao et al., 2021). Costs a second forward pass.
    /// </summary>
    /// <remarks>Batch normalization normalizes within each part: with it the gradient is that of an encoder that sees parts, without it that of the one large batch up to rounding.</remarks>
    /// <param name="parts">Number of parts, 1 or more, a divisor of the batch size.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer MicroBatches(int parts) => Configure(s => s.MicroBatches = parts);

    /// <summary>
    /// Makes batches ahead of time, on threads of their own, for sources that read files, decode or augment. The run has the same bits with any number of threads. <c>TrainingProgress.DataWaitShare</c> tells whether it helps: it is the share of
    /// the time in which steps wait for their batch.
    /// </summary>
    /// <param name="workers">Number of threads; 0 (the default of a trainer) makes each batch when it is needed, on the training thread. More than one needs a source that says <c>IsThreadSafe</c>.</param>
    /// <param name="ahead">The most batches that wait, 1 or more; null takes two for each thread. Each costs the memory of a batch.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Prefetch(int workers = 1, int? ahead = null) => Configure(s => (s.FeedWorkers, s.FeedAhead) = (workers, ahead ?? Math.Max(1, 2 * workers)));

    /// <summary>Says what happens when a loss term or the gradient is not finite; default: the run ends.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer OnDivergence(DivergencePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Configure(s => s.Divergence = policy);
    }

    /// <summary>Writes a checkpoint after each epoch and at the end, and keeps the last three and the best.</summary>
    /// <param name="directory">Folder of the run's checkpoints. A run that is not resumed needs one without any.</param>
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
    /// Goes on from a checkpoint. On the CPU the run then has the same bits as one that was never interrupted, if encoder, data, settings and seed are built as for the run that wrote it; more epochs may be asked for.
    /// </summary>
    /// <remarks>
    /// Everything comes from the checkpoint: weights, optimizer, generators (TorchSharp's global one too), position among the examples, moving averages, sums of metrics. A schedule goes by the number of epochs that this run is
    /// asked for. What your own modules keep besides parameters and buffers must be an <see cref="IExtraState"/>.
    /// </remarks>
    /// <param name="path">A checkpoint, or a folder of checkpoints for the latest of them.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Resume(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Configure(s => s.ResumeFrom = path);
    }

    /// <summary>Goes on from the latest checkpoint in the folder given to <c>Checkpoints</c> that is whole, passing over damaged ones, which are logged; starts anew if there is none. For runs that something starts again whenever they die.</summary>
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
            { ResumeLatest: true, Checkpoints: { } options } => Checkpoint.Latest(options.Directory, fault => TrainerLog.CheckpointDamaged(_logger, fault.Message)),
            _ => null,
        };
        if (checkpoint?.Manifest.Settings is { } saved)
        {
            CheckpointManifest.RunSettings own = _settings.Identity(_data, saved.Optimizer, saved.Terms);
            List<string> faults = [];
            void Compare<T>(string what, T before, T now)
            {
                if (!Equals(before, now))
                {
                    faults.Add($"{what} {now} where it had {before}");
                }
            }

            Compare("the seed is", saved.Seed, own.Seed);
            Compare("the batch size is", saved.BatchSize, own.BatchSize);
            Compare("the number of examples is", saved.Examples, own.Examples);
            Compare("the shape of an example is", TensorGuard.Shape([.. saved.ExampleShape]), TensorGuard.Shape([.. own.ExampleShape]));
            if (faults.Count > 0)
            {
                throw new CheckpointException(checkpoint.Path, $"it belongs to another run: {string.Join("; ", faults)}.");
            }
        }

        return checkpoint;
    }
}
