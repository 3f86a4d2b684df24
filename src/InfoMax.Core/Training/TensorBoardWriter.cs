using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>
/// Writes a run's numbers for TensorBoard, through TorchSharp's writer: at steps that report, every metric under its name and the learning rate; at ends of epochs the means as "epoch/…". Give it to <c>DimTrainer.Callback</c> as the last
/// one, since it sees what callbacks before it have reported. Given to <c>DimTrainer.ReportTo</c> too, it also writes "run/examples_per_second", "run/data_wait_share" and "run/resident_bytes".
/// </summary>
/// <remarks>
/// All numbers stand over the number of steps. Each run writes a file of its own into the folder and holds it open only while it writes; one that resumes another goes on from the step of the checkpoint, and steps that both have done
/// are drawn twice. A disk that is full does not end the run: the failure is logged, and later numbers are written when there is space again.
/// </remarks>
public sealed class TensorBoardWriter : TrainingCallback, IProgress<TrainingProgress>
{
    private readonly ILogger _logger;
    private SummaryWriter? _writer;
    private string? _file;

    /// <summary>Creates the writer. Nothing is written before the run starts.</summary>
    /// <param name="directory">Folder of the event files; it is made if it is not there.</param>
    /// <param name="logger">Hears of failures to write; null for nobody.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public TensorBoardWriter(string directory, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        (Directory, _logger) = (directory, logger ?? NullLogger.Instance);
    }

    /// <summary>Folder of the event files.</summary>
    public string Directory { get; }

    /// <summary>Whether steps that report also write a histogram of all numbers of the batch's global vectors, as "global".</summary>
    /// <value>Default false.</value>
    public bool Histograms { get; init; }

    /// <inheritdoc/>
    public override void OnStart(TrainingContext context)
    {
        (_writer, _file) = (null, null);
        Write(() => (_writer, _file) = (utils.tensorboard.SummaryWriter(Directory), EventRecords.Newest(Directory)));
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
        if (Histograms && _file is not null)
        {
            double[] values = context.Output.Global.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
            Write(() => EventRecords.Histogram(_file, "global", values, context.Run.Step, Now));
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
    public override void OnEnd(TrainingContext context, TrainingResult result) => (_writer, _file) = (null, null);

    /// <summary>Writes how fast the run goes.</summary>
    /// <param name="value">The trainer's report.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Scalar("run/examples_per_second", value.ExamplesPerSecond, value.Step);
        Scalar("run/data_wait_share", value.DataWaitShare, value.Step);
        Scalar("run/resident_bytes", value.ResidentBytes, value.Step);
    }

    /// <summary>Seconds since 1970, which is what TensorBoard takes; TorchSharp's own default is none.</summary>
    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static int Number(long step) => checked((int)step);

    private void Scalar(string tag, double value, long step) => Write(() => _writer?.add_scalar(tag, (float)value, Number(step), Now));

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
