using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>
/// Writes a run's numbers for TensorBoard, by TorchSharp's writer: in steps that report, every metric by its name and the learning rate; at
/// the end of epochs the means as "epoch/…". Give it to <c>DimTrainer.Callback</c> as the last callback, since it writes what earlier
/// callbacks have reported. If it is also given to <c>DimTrainer.ReportTo</c>, it writes "run/examples_per_second", "run/data_wait_share"
/// and "run/resident_bytes".
/// </summary>
/// <remarks>
/// All numbers are plotted over steps. Each run writes a file of its own into the folder, and holds it open only while it writes. A resumed
/// run continues from the step of its checkpoint; steps that both runs have done are drawn twice. A full disk does not end the run: the
/// failure is logged, and later numbers are written when there is space again.
/// </remarks>
public sealed class TensorBoardWriter : TrainingCallback, IProgress<TrainingProgress>
{
    private readonly ILogger _logger;
    private SummaryWriter? _writer;

    /// <summary>Creates the writer. Nothing is written before the run starts.</summary>
    /// <param name="directory">Folder of the event files; created if needed.</param>
    /// <param name="logger">Receives failures to write; null for none.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public TensorBoardWriter(string directory, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        (Directory, _logger) = (directory, logger ?? NullLogger.Instance);
    }

    /// <summary>Folder of the event files.</summary>
    public string Directory { get; }

    /// <summary>
    /// Whether steps that report also write a histogram of the values of the batch's global vectors, as "global". It holds the finite
    /// values; the scalar "global/not_finite" is the number of the others.
    /// </summary>
    /// <value>Default false.</value>
    public bool Histograms { get; init; }

    /// <inheritdoc/>
    public override void OnStart(TrainingContext context)
    {
        _writer = null;
        Write(() => _writer = utils.tensorboard.SummaryWriter(Directory));
    }

    /// <inheritdoc/>
    public override void OnStep(StepContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Reports)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach ((string name, Tensor value) in context.Metrics)
        {
            Scalar(name, value.detach().cpu().to(ScalarType.Float64).item<double>(), context.Run.Step);
        }

        Scalar("learning_rate", context.Run.LearningRate, context.Run.Step);
        if (Histograms)
        {
            Histogram("global", context.Output.Global.detach().cpu().to(ScalarType.Float64), context.Run.Step);
        }
    }

    /// <inheritdoc/>
    public override void OnEpoch(EpochContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        foreach ((string name, double value) in context.Metrics)
        {
            Scalar("epoch/" + name, value, context.Run.Step);
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingContext context, TrainingResult result) => _writer = null;

    /// <summary>Writes the speed of the run.</summary>
    /// <param name="value">The trainer's report.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Scalar("run/examples_per_second", value.ExamplesPerSecond, value.Step);
        Scalar("run/data_wait_share", value.DataWaitShare, value.Step);
        Scalar("run/resident_bytes", value.ResidentBytes, value.Step);
    }

    /// <summary>Seconds since 1970, which TensorBoard expects; TorchSharp's own default is not in seconds.</summary>
    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static int Number(long step) => checked((int)step);

    private void Scalar(string tag, double value, long step) => Write(() => _writer?.add_scalar(tag, (float)value, Number(step), Now));

    private void Histogram(string tag, Tensor values, long step)
    {
        Tensor finite = values.masked_select(values.isfinite());
        Scalar(tag + "/not_finite", values.numel() - finite.numel(), step);
        if (finite.numel() > 0)
        {
            // The default selector of bins; TorchSharp's other selectors fail (0.107).
            Write(() => _writer?.add_histogram(tag, finite, Number(step), walltime: Now));
        }
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TrainerLog.EventsNotWritten(_logger, e, Directory);
        }
    }
}
