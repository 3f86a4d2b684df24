using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>
/// Watches a representation while it is trained, and says when it collapses: a few examples are encoded every so often, and their effective rank and the spread of their units are judged, by themselves and beside those of an early
/// look. Give it to <c>DimTrainer.ReportTo</c>.
/// </summary>
/// <remarks>
/// <para>
/// A look encodes the examples in evaluation mode, without gradients, on the training thread, and leaves the encoder as it was; its cost is one forward pass. <see cref="Collapsing"/> may be used to stop the run early, through a
/// cancellation token.
/// </para>
/// <para>
/// Whatever was seen before, and so at the first look too, it counts as collapsing when no unit varies by more than a ten-thousandth of the size of the values, or when the effective rank is below <see cref="LeastRank"/>. Beside the first look
/// that was sound, it counts as collapsing when the effective rank falls below <see cref="LeastRankShare"/> of what it was, when units die that did not start dead, or when all vary by less than a hundredth of what they did.
/// </para>
/// </remarks>
public sealed class CollapseMonitor : IProgress<TrainingProgress>
{
    /// <summary>Share of the first look's largest deviation below which nothing varies any more.</summary>
    private const double LeastSpreadShare = 0.01;

    /// <summary>Share of the size of the values below which the largest deviation is as good as none.</summary>
    private const double LeastRelativeSpread = 1e-4;

    /// <summary>Directions that there must be room for, or few of them say nothing.</summary>
    private const int FewDirections = 4;

    private readonly Encoder _encoder;
    private readonly IBatchSource _examples;
    private readonly IProgress<TrainingProgress>? _next;
    private readonly ILogger _logger;
    private readonly List<MonitorReading> _readings = [];
    private long _lastLook = long.MinValue;

    /// <summary>Creates the monitor.</summary>
    /// <param name="encoder">The encoder that is trained. Stays the caller's.</param>
    /// <param name="examples">Examples to look at, two or more; some hundred are enough. Stay the caller's.</param>
    /// <param name="next">Gets the trainer's reports as well; null for nobody.</param>
    /// <param name="logger">Gets each reading, and a warning when it begins to collapse; null for none.</param>
    /// <exception cref="ArgumentException">There are fewer than two examples.</exception>
    public CollapseMonitor(Encoder encoder, IBatchSource examples, IProgress<TrainingProgress>? next = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count < 2)
        {
            throw new ArgumentException($"Expected at least two examples to look at, got {examples.Count}.", nameof(examples));
        }

        (_encoder, _examples, _next, _logger) = (encoder, examples, next, logger ?? NullLogger.Instance);
    }

    /// <summary>Happens once, on the training thread, when a reading is the first that counts as collapsing.</summary>
    public event EventHandler<MonitorReading>? Collapsing;

    /// <summary>Name of the feature that is watched; default "global".</summary>
    public string Feature { get; init; } = EncoderOutput.GlobalFeature;

    /// <summary>Steps between looks; the trainer's reports decide when exactly.</summary>
    /// <value>At least 1; default 100.</value>
    public int EverySteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(EverySteps));
            field = value;
        }
    } = 100;

    /// <summary>
    /// Effective rank below which a representation counts as collapsing whatever it was before: 1 is all examples on a line. Not looked at where there is room for fewer than four directions (a feature of three units, four examples).
    /// </summary>
    /// <value>At least 0, which turns it off; default 1.5.</value>
    public double LeastRank
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(LeastRank), value, "Expected a finite number, at least 0.");
    } = 1.5;

    /// <summary>Share of the first sound look's effective rank below which a representation counts as collapsing.</summary>
    /// <value>Above 0, below 1; default 0.3.</value>
    public double LeastRankShare
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(LeastRankShare), value, "Expected a share between 0 and 1.");
    } = 0.3;

    /// <summary>Share of units that may die before it counts as collapsing.</summary>
    /// <value>From 0 to 1; default 0.25.</value>
    public double MostDeadShare
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MostDeadShare), value, "Expected a share from 0 to 1.");
    } = 0.25;

    /// <summary>What has been seen so far, in the order of steps.</summary>
    public IReadOnlyList<MonitorReading> Readings => _readings;

    /// <summary>Whether the last reading counts as collapsing.</summary>
    public bool IsCollapsing => _readings.Count > 0 && _readings[^1].IsCollapsing;

    /// <summary>Looks, if it is time to, and passes the report on.</summary>
    /// <param name="value">The trainer's report.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_readings.Count == 0 || value.Step - _lastLook >= EverySteps || value.Step == value.TotalSteps)
        {
            Look(value);
        }

        _next?.Report(value);
    }

    private void Look(TrainingProgress progress)
    {
        _lastLook = progress.Step;
        using FeatureSet features = new FeatureExtractor().Extract(_encoder, _examples, Feature);
        RepresentationStatistics now = RepresentationStatistics.Of(features);
        var reasons = new List<string>();
        JudgeAlone(now, reasons);
        if (_readings.FirstOrDefault(r => !r.IsCollapsing) is { Statistics: var first })
        {
            JudgeBeside(first, now, reasons);
        }

        bool began = reasons.Count > 0 && !IsCollapsing && !_readings.Any(r => r.IsCollapsing);
        double? accuracy = progress.Metrics.TryGetValue("prior.accuracy", out double told) ? told : null;
        var reading = new MonitorReading(progress.Step, now, accuracy, reasons.Count > 0, string.Join("; ", reasons));
        _readings.Add(reading);
        MonitorLog.Looked(_logger, progress.Step, now.ToString());
        if (began)
        {
            MonitorLog.Collapsing(_logger, progress.Step, reading.Reason);
            Collapsing?.Invoke(this, reading);
        }
    }

    /// <summary>What needs no earlier look to be wrong.</summary>
    private void JudgeAlone(RepresentationStatistics now, List<string> reasons)
    {
        if (now.MostDeviation <= now.RootMeanSquare * LeastRelativeSpread)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"all examples have the same code: values are of size {now.RootMeanSquare:G3}, and no unit deviates by more than {now.MostDeviation:G3}"));
        }
        else if (now.EffectiveRank < LeastRank && Math.Min(now.Units, now.Rows - 1) >= FewDirections)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"all codes are near one line: the effective rank is {now.EffectiveRank:F1} of {now.Units}"));
        }
    }

    /// <summary>What is wrong beside an earlier look.</summary>
    private void JudgeBeside(RepresentationStatistics first, RepresentationStatistics now, List<string> reasons)
    {
        if (now.EffectiveRank < first.EffectiveRank * LeastRankShare)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"the effective rank fell from {first.EffectiveRank:F1} to {now.EffectiveRank:F1}"));
        }

        if (now.DeadUnits - first.DeadUnits > now.Units * MostDeadShare)
        {
            reasons.Add($"{now.DeadUnits} of {now.Units} units are dead, {first.DeadUnits} were at first");
        }

        if (now.MostDeviation < first.MostDeviation * LeastSpreadShare)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"no unit deviates by more than {now.MostDeviation:G3}, where one did by {first.MostDeviation:G3}"));
        }
    }
}
