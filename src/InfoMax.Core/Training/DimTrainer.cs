using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Objectives;
using InfoMax.Randomness;
using InfoMax.Training.Checkpoints;
using InfoMax.Training.Memory;
using InfoMax.Weights;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>
/// Trains an encoder by Deep InfoMax: <c>new DimTrainer(encoder, data).Fit()</c>. Every setting has the paper's value unless a method
/// changes it.
/// </summary>
/// <remarks>
/// <para>Defaults: DIM(L) with InfoNCE (β = 1) and a uniform prior (γ = 0.1), 2048 critic units, Adam with learning rate 1e-4 and betas
/// (0.5, 0.999), batches of 64, 200 epochs, last partial batch dropped, seed 0, the encoder's device.</para>
/// <para>On the CPU a run is determined by seed, encoder and data: the same seed gives the same bits. The seed covers critics,
/// discriminator, prior samples, location samples and the order of examples. It does not cover the encoder's initial weights, nor dropout
/// layers inside it, which draw from TorchSharp's global generator.</para>
/// <para>On Linux, <see cref="NativeMemory.KeepFreedPages"/> at the start of the program makes steps on the CPU faster.</para>
/// <para>The trainer owns the loss (critics, discriminator), not the encoder nor the data. Use it once, from one thread.</para>
/// </remarks>
public sealed partial class DimTrainer : IDisposable
{
    private readonly Encoder _encoder;
    private readonly IBatchSource _data;
    private readonly IDisposable? _ownedData;
    private readonly TrainerSettings _settings = new();
    private readonly List<DimLoss> _planned = [];
    private IProgress<TrainingProgress>? _progress;
    private ILogger _logger = NullLogger.Instance;
    private DimLoss? _loss;

    /// <summary>Creates a trainer over a source of examples.</summary>
    /// <param name="encoder">The encoder to train. Stays the caller's.</param>
    /// <param name="data">The examples. Stays the caller's.</param>
    public DimTrainer(Encoder encoder, IBatchSource data)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(data);
        _encoder = encoder;
        _data = data;
    }

    /// <summary>Creates a trainer over the rows of a tensor.</summary>
    /// <param name="encoder">The encoder to train. Stays the caller's.</param>
    /// <param name="data">
    /// Examples <c>[count, *shape]</c> on the CPU: uint8 pixels, which are scaled to [−1, 1], or floating point. Stays the caller's.
    /// </param>
    /// <exception cref="ArgumentException">As <see cref="InMemorySource"/> throws.</exception>
    public DimTrainer(Encoder encoder, Tensor data)
        : this(encoder, new InMemorySource(data)) => _ownedData = (IDisposable)_data;

    /// <summary>The loss, with its trained critics; null before <see cref="Fit"/>. Disposed with the trainer.</summary>
    public DimLoss? Loss => _loss;

    /// <summary>Sets the number of passes over the data; 1 or more, default 200.</summary>
    /// <param name="epochs">The number.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Epochs(int epochs) => Configure(s => s.Epochs = epochs);

    /// <summary>
    /// Sets the number of examples per step; 2 or more, default 64. An example's negatives are the other examples of its batch.
    /// </summary>
    /// <param name="examples">The number.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer BatchSize(int examples) => Configure(s => s.BatchSize = examples);

    /// <summary>Sets the learning rate of the default optimizer; finite and positive, default 1e-4.</summary>
    /// <param name="rate">The rate.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer LearningRate(double rate) => Configure(s => s.LearningRate = rate);

    /// <summary>
    /// Replaces the optimizer. It receives all parameters of encoder and loss, on their device, and is disposed by the trainer.
    /// </summary>
    /// <remarks>
    /// The learning rates that the optimizer has now are its base rates. The trainer sets the rates of all parameter groups before each
    /// step, to base rate × factor of <see cref="Schedule"/>. A TorchSharp scheduler on this optimizer, stepped in a callback, therefore
    /// has no effect; the trainer logs a warning when it finds rates changed.
    /// </remarks>
    /// <param name="create">Builds the optimizer.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Optimizer(Func<IEnumerable<Parameter>, optim.Optimizer> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Configure(s => s.Optimizer = create);
    }

    /// <summary>Sets the seed of everything the trainer draws; default 0.</summary>
    /// <param name="seed">The seed.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Seed(int seed) => Configure(s => s.Seed = seed);

    /// <summary>Sets the device to train on; the encoder is moved there and stays. Default: the device of its parameters.</summary>
    /// <param name="device">The device, such as <c>torch.CPU</c> or <c>torch.CUDA</c>.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer Device(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Configure(s => s.Device = device);
    }

    /// <summary>Reports progress, on the training thread.</summary>
    /// <param name="progress">Receives the reports.</param>
    /// <param name="everySteps">Steps between reports, 1 or more; the last step of an epoch always reports. Default 10.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer ReportTo(IProgress<TrainingProgress> progress, int everySteps = 10)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return Configure(s =>
        {
            _progress = progress;
            s.ReportEvery = everySteps;
        });
    }

    /// <summary>Logs start, epochs and end.</summary>
    /// <param name="logger">The logger.</param>
    /// <returns>This trainer.</returns>
    public DimTrainer LogTo(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return Configure(_ => _logger = logger);
    }

    /// <summary>Trains, on the calling thread.</summary>
    /// <param name="cancellationToken">
    /// Requests a stop. It is read between steps; the run then returns normally with <see cref="StopReason.Canceled"/> and a usable
    /// encoder.
    /// </param>
    /// <returns>The outcome. The encoder is left in evaluation mode.</returns>
    /// <exception cref="ArgumentException">
    /// Settings, encoder and data do not fit together; the message lists every fault, and nothing was changed. Or the first epoch is over
    /// and <c>BestMetric</c> or <c>EarlyStopping</c> names a metric that it does not have; the message lists the metrics, and a last
    /// checkpoint is written before.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The trainer has been used, or the data source or the encoder returned something other than it was asked for.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// A loss term or the gradient is not finite, and the policy ends the run. The step was not applied.
    /// </exception>
    /// <exception cref="CheckpointException">
    /// The checkpoint to resume from is missing, damaged or of another run, or the folder for checkpoints cannot be used. Nothing was
    /// trained.
    /// </exception>
    public TrainingResult Fit(CancellationToken cancellationToken = default)
    {
        EnsureReady();
        Checkpoint? checkpoint = FindCheckpoint();
        if (_settings.EarlyStop is { } earlyStop)
        {
            // The last callback: it sees what the others report.
            _settings.Callbacks.Add(earlyStop);
        }

        using var run = new TrainingRun(_encoder, _data, _settings, _progress, _logger);
        _loss = run.Loss;
        return run.Train(checkpoint, cancellationToken);
    }

    /// <summary>
    /// Estimates the memory that a run with these settings needs, part by part, and how much is available. Weights are counted. On the CPU,
    /// activations are measured on at most 128 examples, encoded as a step would, and scaled to the batch; that takes half a step to three
    /// steps. On a GPU with NVIDIA's driver, whole steps without the update are tried; if an eighth of the batch shows that the whole might
    /// not fit, the eighth is scaled. The plan is logged if there is a logger.
    /// </summary>
    /// <remarks>
    /// Weights, running statistics and generators are restored, but the encoder is moved to the device of the run, as by <see cref="Fit"/>.
    /// Loss and optimizer are built to be measured: functions given to <c>Local</c>, <c>Global</c>, <c>Add</c> or <c>Optimizer</c> are
    /// called once more. That loss stays in memory until the trainer is disposed. Memory that steps take on a GPU stays with libtorch,
    /// which reuses it.
    /// </remarks>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentException">Settings, encoder and data do not fit together; the message lists every fault.</exception>
    /// <exception cref="InvalidOperationException">The trainer has been used.</exception>
    public MemoryPlan PlanMemory() => PlanMemory(null);

    /// <summary>As the public method, with another measure of the memory that the device's allocator has taken.</summary>
    internal MemoryPlan PlanMemory(Func<long>? taken)
    {
        EnsureReady();
        using var draws = new GeneratorSnapshot(_encoder);
        using var run = new TrainingRun(_encoder, _data, _settings, null, _logger);
        // Estimators own their states, which go with the first loss that is disposed.
        _planned.Add(run.Loss);
        try
        {
            return run.PlanMemory(taken);
        }
        finally
        {
            draws.Restore();
        }
    }

    /// <summary>Disposes the loss, and the data if they were given as a tensor.</summary>
    public void Dispose()
    {
        _loss?.Dispose();
        _planned.ForEach(loss => loss.Dispose());
        _settings.EarlyStop?.Dispose();
        _ownedData?.Dispose();
    }

    private DimTrainer Configure(Action<TrainerSettings> change)
    {
        EnsureUnused();
        change(_settings);
        return this;
    }

    private void EnsureReady()
    {
        EnsureUnused();
        IReadOnlyList<string> faults = _settings.Faults(_encoder, _data);
        if (faults.Count > 0)
        {
            throw new ArgumentException("Training cannot start: " + string.Join("; ", faults) + ".");
        }
    }

    private void EnsureUnused()
    {
        if (_loss is not null)
        {
            throw new InvalidOperationException("This trainer has been used; create a new one to train again.");
        }
    }
}
