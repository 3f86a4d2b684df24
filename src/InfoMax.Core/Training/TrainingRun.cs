using System.Diagnostics;
using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Optimization;
using InfoMax.Training.Checkpoints;
using InfoMax.Weights;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>One run: builds loss and optimizer, and walks the epochs.</summary>
internal sealed partial class TrainingRun : IDisposable
{
    private readonly Encoder _encoder;
    private readonly IBatchSource _data;
    private readonly TrainerSettings _settings;
    private readonly ILogger _logger;
    private readonly EncoderPlace _place;
    private readonly Parameter[] _parameters;
    private readonly Descent _descent;
    private readonly TrainingStep _trainer;
    private readonly TrainingContext _context;
    private readonly MetricAverages _averages = new();
    private readonly WeightAverage? _weightAverage;
    private readonly TrainingState _state;
    private readonly EpochOrder _order;
    private readonly ProgressReporter _reporter;
    private readonly List<EpochSummary> _epochs = [];
    private int _epoch = 1;
    private int _stepInEpoch;
    private Activity? _epochActivity;
    private int _consecutive;
    private int _skipped;
    private int _divergences;
    private int _returns;

    public TrainingRun(Encoder encoder, IBatchSource data, TrainerSettings settings, IProgress<TrainingProgress>? progress, ILogger logger)
    {
        (_encoder, _data, _settings, _logger) = (encoder, data, settings, logger);
        EncoderPlace found = EncoderPlace.Of(encoder);
        _place = found with { Device = settings.Device ?? found.Device };
        // To the device before the optimizer exists: it knows parameters by their handles, which a move replaces.
        encoder.to(_place.Device);
        Loss = LossBuilder.Build(encoder, data, settings, _place);
        _parameters = [.. ((nn.Module)encoder).parameters().Concat(Loss.parameters()).Where(p => p.requires_grad)];
        optim.Optimizer optimizer = settings.Optimizer is { } create
            ? create(_parameters)
            : optim.Adam(_parameters, settings.LearningRate, beta1: 0.5, beta2: 0.999, eps: 1e-8);
        _descent = new Descent(optimizer, _parameters)
        {
            Schedule = settings.Schedule,
            TotalSteps = TotalSteps,
            MaxGradientNorm = settings.MaxGradientNorm,
            MeasuresNorm = true,
            Snapshot = settings.Divergence.MaySkip ? () => TensorCopies.OfBuffers(encoder, Loss) : null,
        };
        _weightAverage = settings.AverageDecay is { } decay ? new WeightAverage(encoder, decay) : null;
        _trainer = new TrainingStep(encoder, Loss, _descent, settings);
        _context = new TrainingContext(encoder, Loss, _place.Device, data.Count, settings.Epochs, TotalSteps) { Average = _weightAverage };
        _state = new TrainingState(encoder, Loss, optimizer, _averages, _weightAverage, settings.Callbacks, data);
        _identity = RunIdentity.Of(settings, data, optimizer, Loss);
        _order = new EpochOrder(settings.Seed, data.Count);
        _reporter = new ProgressReporter(progress, settings, TotalSteps);
        _keeper = settings.Checkpoints is { } options ? new CheckpointKeeper(options) : null;
    }

    public DimLoss Loss { get; }

    private int StepsPerEpoch => _data.Count / _settings.BatchSize;

    private long TotalSteps => (long)StepsPerEpoch * _settings.Epochs;

    public TrainingResult Train(Checkpoint? checkpoint, CancellationToken cancellationToken)
    {
        using Activity? activity = TrainingDiagnostics.Start("train", _settings);
        _keeper?.Prepare();
        if (checkpoint is not null)
        {
            Resume(checkpoint);
        }

        TrainerLog.Started(
            _logger,
            _data.Count,
            _settings.Epochs,
            _settings.BatchSize,
            _parameters.Sum(p => p.numel()),
            _place.Device.ToString(),
            _settings.Seed);
        try
        {
            Loop(cancellationToken);
        }
        finally
        {
            EndEpochActivity();
            _encoder.eval();
            Loss.eval();
            _reporter.Stop();
        }

        TrainingResult result = Finish();
        activity?.SetTag("infomax.steps", result.StepCount).SetTag("infomax.stop_reason", result.StopReason.ToString());
        _settings.Callbacks.ForEach(callback => callback.OnEnd(_context, result));
        return result;
    }

    public void Dispose()
    {
        _keeper?.Dispose();
        _averages.Dispose();
        _weightAverage?.Dispose();
        _descent.Dispose();
    }

    private void Loop(CancellationToken cancellationToken)
    {
        _encoder.train();
        Loss.train();
        _settings.Callbacks.ForEach(callback => callback.OnStart(_context));
        _reporter.Start(_descent.Position);
        while (_descent.Position < TotalSteps && !cancellationToken.IsCancellationRequested && !_context.IsStopping)
        {
            // After a return to a checkpoint the feed starts anew.
            using BatchPrefetcher feed = OpenFeed(cancellationToken);
            while (_descent.Position < TotalSteps && !cancellationToken.IsCancellationRequested && !_context.IsStopping && Next(feed))
            {
            }
        }
    }

    private TrainingResult Finish()
    {
        StopReason reason = _descent.Position == TotalSteps ? StopReason.Completed
            : _context.IsStopping ? StopReason.Stopped : StopReason.Canceled;
        SaveLast();
        if (_averages.Steps > 0)
        {
            _epochs.Add(new EpochSummary(_epoch, _averages.Steps, _averages.Take(), EpochElapsed));
        }

        if (_weightAverage is not null)
        {
            ModuleWeights.Load(_encoder, _weightAverage.Values);
        }

        int? restored = reason == StopReason.Canceled ? null : _settings.EarlyStop?.Restore(_encoder);
        TrainerLog.Ended(_logger, _descent.Position, ClockText.Of(_reporter.Elapsed), reason);
        return new TrainingResult(reason, _epochs, _descent.Position, _reporter.Elapsed, _settings.Seed)
        {
            SkippedCount = _skipped,
            RestoredEpoch = restored,
            Checkpoint = _keeper?.Last,
        };
    }

    /// <summary>Does the next step.</summary>
    /// <returns>False if the run has returned to a checkpoint, or the feed was canceled.</returns>
    private bool Next(BatchPrefetcher feed)
    {
        using var scope = NewDisposeScope();
        if (!feed.TryNext(out int[]? indices, out Tensor? fetched))
        {
            return false;
        }

        _epochActivity ??= TrainingDiagnostics.Start("epoch", null)?.SetTag("infomax.epoch", _epoch);
        bool lastOfEpoch = _stepInEpoch == StepsPerEpoch - 1, reports = (_descent.Position + 1) % _settings.ReportEvery == 0 || lastOfEpoch;
        // Looking costs nothing on the CPU. Elsewhere the step waits for it: only reporting steps look, unless the policy may skip.
        bool look = reports || _place.Device.type == DeviceType.CPU || _settings.Divergence.MaySkip;
        Tensor batch = _place.Take(fetched);
        StepOutcome outcome = _trainer.Do(batch, indices, look, reports);
        if (outcome.Fault is { } fault && !GoesOn(fault, batch, indices))
        {
            return false;
        }

        _stepInEpoch++;
        (_context.Step, _context.Epoch, _context.LearningRate) = (_descent.Position, _epoch, _descent.LearningRate);
        if (outcome.Fault is null)
        {
            Applied(outcome, indices, reports);
        }

        TrainingDiagnostics.Step(_settings, outcome.Fault is not null);
        if (reports && outcome.Fault is null)
        {
            _reporter.Report(_context, outcome.Metrics, feed.Waited);
        }

        if (lastOfEpoch)
        {
            EndEpoch();
        }

        SaveIfDue(lastOfEpoch);
        CheckSettings(lastOfEpoch);
        return true;
    }

    private void Applied(StepOutcome outcome, int[] indices, bool reports)
    {
        _consecutive = 0;
        _weightAverage?.Update(_descent.Position);
        if (_settings.Callbacks.Count > 0)
        {
            var step = new StepContext(_context, outcome.Output!, indices, outcome.Metrics, reports);
            _settings.Callbacks.ForEach(callback => callback.OnStep(step));
        }

        _averages.Add(outcome.Metrics);
    }

    private TimeSpan EpochElapsed => _reporter.Elapsed - new TimeSpan(_epochs.Sum(e => e.Elapsed.Ticks));

    private void EndEpoch()
    {
        int steps = _averages.Steps;
        Dictionary<string, double> means = _averages.Take();
        _settings.Callbacks.ForEach(callback => callback.OnEpoch(new EpochContext(_context, _epoch, means)));
        var summary = new EpochSummary(_epoch, steps, means, EpochElapsed);
        _epochs.Add(summary);
        TrainingDiagnostics.Epoch(summary);
        if (_logger.IsEnabled(LogLevel.Information))
        {
            TrainerLog.EpochDone(_logger, _epoch, _settings.Epochs, ClockText.Of(summary.Elapsed), Text(means));
        }

        EndEpochActivity();
        (_epoch, _stepInEpoch) = (_epoch + 1, 0);
    }

    private void EndEpochActivity()
    {
        _epochActivity?.Dispose();
        _epochActivity = null;
    }

    private static string Text(IReadOnlyDictionary<string, double> metrics) =>
        string.Join(", ", metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:G4}")));
}
