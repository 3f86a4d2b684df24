using System.Diagnostics;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>The clock of a run, and its reports.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? progress, TrainerSettings settings, long totalSteps)
{
    private readonly Stopwatch _clock = new();
    private long _startStep;
    private long _reportedStep;
    private TimeSpan _reportedAt;
    private TimeSpan _reportedWait;

    /// <summary>Time of the resumed runs.</summary>
    public TimeSpan Earlier { get; set; }

    /// <summary>Time from the first step on.</summary>
    public TimeSpan Elapsed => Earlier + _clock.Elapsed;

    public void Start(long step)
    {
        (_startStep, _reportedStep) = (step, step);
        _clock.Start();
    }

    public void Stop() => _clock.Stop();

    /// <summary>Reports a step, to the receiver and to the meters.</summary>
    public void Report(TrainingContext run, IReadOnlyDictionary<string, Tensor> metrics, TimeSpan waited)
    {
        bool measured = TrainingDiagnostics.IsMeasured;
        if (progress is null && !measured)
        {
            return;
        }

        TimeSpan now = _clock.Elapsed;
        double seconds = Math.Max((now - _reportedAt).TotalSeconds, 1e-9);
        // A reopened feed counts from zero.
        double wait = Math.Max(0, (waited < _reportedWait ? waited : waited - _reportedWait).TotalSeconds);
        // A return to a checkpoint lowers the step.
        long steps = Math.Max(0, run.Step - _reportedStep), done = Math.Max(1, run.Step - _startStep);
        (_reportedStep, _reportedAt, _reportedWait) = (run.Step, now, waited);
        var report = new TrainingProgress(
            run.Epoch,
            settings.Epochs,
            run.Step,
            totalSteps,
            steps * settings.BatchSize / seconds,
            Elapsed,
            now / done * (totalSteps - run.Step),
            metrics.ToDictionary(m => m.Key, m => Read(m.Value)))
        {
            LearningRate = run.LearningRate,
            DataWaitShare = Math.Min(1, wait / seconds),
            ResidentBytes = Environment.WorkingSet,
            LiveTensors = Tensor.TotalCount,
        };
        TrainingDiagnostics.Report(report);
        progress?.Report(report);
    }

    private static double Read(Tensor number) => number.detach().cpu().to(ScalarType.Float64).item<double>();
}
