using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace InfoMax.Training;

/// <summary>
/// Meters and activities of training, under the name "InfoMax.Training". OpenTelemetry collects them with <c>AddMeter</c> and
/// <c>AddSource</c>. Without a listener they cost nothing.
/// </summary>
internal static class TrainingDiagnostics
{
    public const string Name = "InfoMax.Training";

    /// <summary>Version of the library, without what follows a plus sign. First, since the others use it.</summary>
    public static string LibraryVersion { get; } = typeof(TrainingDiagnostics).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    private static readonly ActivitySource Source = new(Name, LibraryVersion);
    private static readonly Meter Meter = new(Name, LibraryVersion);
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("infomax.training.steps", "{step}", "Steps done.");
    private static readonly Counter<long> Examples =
        Meter.CreateCounter<long>("infomax.training.examples", "{example}", "Examples trained on.");
    private static readonly Counter<long> Skipped =
        Meter.CreateCounter<long>("infomax.training.skipped", "{batch}", "Batches skipped because a number was not finite.");
    private static readonly Histogram<double> EpochTime =
        Meter.CreateHistogram<double>("infomax.training.epoch.duration", "s", "Time of an epoch.");
    private static readonly Histogram<double> CheckpointTime =
        Meter.CreateHistogram<double>("infomax.training.checkpoint.duration", "s", "Time to write a checkpoint.");
    private static readonly Gauge<double> Metric =
        Meter.CreateGauge<double>("infomax.training.metric", null, "A loss term or metric of the last reported step; the tag \"name\" " +
            "says which.");
    private static readonly Gauge<double> Rate =
        Meter.CreateGauge<double>("infomax.training.throughput", "{example}/s", "Examples per second since the last report.");
    private static readonly Gauge<double> Wait =
        Meter.CreateGauge<double>("infomax.training.data_wait", "1", "Share of the time in which steps waited for their batch.");
    private static readonly Gauge<double> LearningRate =
        Meter.CreateGauge<double>("infomax.training.learning_rate", null, "Learning rate of the last step.");
    private static readonly Gauge<long> Memory = Meter.CreateGauge<long>("infomax.training.resident", "By", "Memory of the process.");

    /// <summary>Whether anybody listens to the numbers of reports.</summary>
    public static bool IsMeasured => Metric.Enabled || Rate.Enabled || Wait.Enabled || Memory.Enabled || LearningRate.Enabled;

    /// <summary>Starts an activity; null if nobody listens.</summary>
    public static Activity? Start(string name, TrainerSettings? settings)
    {
        Activity? activity = Source.StartActivity(name);
        return settings is null
            ? activity
            : activity?.SetTag("infomax.epochs", settings.Epochs).SetTag("infomax.batch_size", settings.BatchSize)
                .SetTag("infomax.seed", settings.Seed);
    }

    public static void Step(TrainerSettings settings, bool skipped)
    {
        Steps.Add(1);
        Examples.Add(settings.BatchSize);
        if (skipped)
        {
            Skipped.Add(1);
        }
    }

    public static void Epoch(EpochSummary epoch) => EpochTime.Record(epoch.Elapsed.TotalSeconds);

    public static void CheckpointWritten(TimeSpan elapsed) => CheckpointTime.Record(elapsed.TotalSeconds);

    public static void Report(TrainingProgress report)
    {
        foreach ((string name, double value) in report.Metrics)
        {
            Metric.Record(value, new KeyValuePair<string, object?>("name", name));
        }

        Rate.Record(report.ExamplesPerSecond);
        Wait.Record(report.DataWaitShare);
        LearningRate.Record(report.LearningRate);
        Memory.Record(report.ResidentBytes);
    }
}
