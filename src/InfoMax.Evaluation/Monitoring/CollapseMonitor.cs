using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Foundation;
using InfoMax.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace InfoMax.Evaluation.Monitoring;

/// <summary>
/// Watches a representation during training and reports when it collapses. It encodes a few examples at intervals and judges their
/// effective rank and the spread of their units, alone and compared with an earlier look. Pass it to <c>DimTrainer.ReportTo</c>.
/// </summary>
/// <remarks>
/// <para>
/// A look encodes the examples in evaluation mode, without gradients, on the training thread, and leaves the encoder unchanged. It costs
/// one forward pass. Use <see cref="Collapsing"/> with a cancellation token to stop the run early.
/// </para>
/// <para>
/// A look alone counts as collapsing if no unit deviates by more than a ten-thousandth of the size of the values, or if the effective rank
/// is below <see cref="MinRank"/>. Compared with the first look that was sound, it counts as collapsing if the effective rank falls below
/// <see cref="MinRankFraction"/> of its value there, if more than <see cref="MaxDeadFraction"/> of the units have died since, or if the
/// largest deviation of a unit falls below a hundredth of its value there.
/// </para>
/// </remarks>
public sealed class CollapseMonitor : IProgress<TrainingProgress>
{
    /// <summary>Fraction of the first look's largest deviation below which nothing varies any more.</summary>
    private const double MinSpreadFraction = 0.01;

    /// <summary>Fraction of the size of the values below which the largest deviation counts as none.</summary>
    private const double MinRelativeSpread = 1e-4;

    /// <summary>Number of possible directions below which the effective rank is not judged.</summary>
    private const int FewDirections = 4;

    private readonly Encoder _encoder;
    private readonly IBatchSource _examples;
    private readonly IProgress<TrainingProgress>? _next;
    private readonly ILogger _logger;
    private readonly List<(long Step, RepresentationStatistics Statistics, string Reason)> _readings = [];
    private long _lastLook = long.MinValue;

    /// <summary>Creates the monitor.</summary>
    /// <param name="encoder">The encoder in training. Not disposed.</param>
    /// <param name="examples">Examples to look at, two or more; some hundred are enough. Not disposed.</param>
    /// <param name="next">Also receives the trainer's reports; null for none.</param>
    /// <param name="logger">Receives each reading, and a warning when collapse begins; null for none.</param>
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

    /// <summary>
    /// Raised once, on the training thread, at the first look that counts as collapsing. <see cref="Readings"/> has the reason.
    /// </summary>
    public event EventHandler? Collapsing;

    /// <summary>Name of the watched feature; default "global".</summary>
    public string Feature { get; init; } = EncoderOutput.GlobalFeature;

    /// <summary>Steps between looks. A look happens at a report of the trainer, so the interval is at least this long.</summary>
    /// <value>At least 1; default 100.</value>
    public int EverySteps
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(EverySteps));
    } = 100;

    /// <summary>
    /// Effective rank below which a look counts as collapsing, whatever came before; 1 means all examples on a line. Not judged if fewer
    /// than four directions are possible (for example a feature of three units, or four examples).
    /// </summary>
    /// <value>At least 0, which disables it; default 1.5.</value>
    public double MinRank
    {
        get;
        init => field = OptionGuard.NotNegative(value, nameof(MinRank));
    } = 1.5;

    /// <summary>Fraction of the first sound look's effective rank below which a look counts as collapsing.</summary>
    /// <value>Above 0, below 1; default 0.3.</value>
    public double MinRankFraction
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinRankFraction), value, "Expected a fraction between 0 and 1, both excluded.");
    } = 0.3;

    /// <summary>Fraction of the units that may die since the first sound look before a look counts as collapsing.</summary>
    /// <value>From 0 to 1; default 0.25.</value>
    public double MaxDeadFraction
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxDeadFraction), value, "Expected a fraction from 0 to 1.");
    } = 0.25;

    /// <summary>
    /// All looks so far, in order: the optimizer steps done, the statistics of the examples, and the reason why the look counts as
    /// collapsing, empty if it does not.
    /// </summary>
    public IReadOnlyList<(long Step, RepresentationStatistics Statistics, string Reason)> Readings => _readings;

    /// <summary>Whether the last look counts as collapsing.</summary>
    public bool IsCollapsing => _readings.Count > 0 && _readings[^1].Reason.Length > 0;

    /// <summary>Looks, if the interval has passed, and passes the report on.</summary>
    /// <param name="value">The trainer's report.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (_readings.Count == 0 || value.Step - _lastLook >= EverySteps || value.Step == value.TotalSteps)
        {
            Look(value.Step);
        }

        _next?.Report(value);
    }

    private void Look(long step)
    {
        _lastLook = step;
        using FeatureSet features = new FeatureExtractor().Extract(_encoder, _examples, Feature);
        RepresentationStatistics now = RepresentationStatistics.Of(features);
        var reasons = new List<string>();
        JudgeAlone(now, reasons);
        if (_readings.FirstOrDefault(r => r.Reason.Length == 0) is { Statistics: { } first })
        {
            Compare(first, now, reasons);
        }

        bool began = reasons.Count > 0 && !_readings.Any(r => r.Reason.Length > 0);
        string reason = string.Join("; ", reasons);
        _readings.Add((step, now, reason));
        MonitorLog.Looked(_logger, step, now.ToString());
        if (began)
        {
            MonitorLog.Collapsing(_logger, step, reason);
            Collapsing?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>Reasons that need no earlier look.</summary>
    private void JudgeAlone(RepresentationStatistics now, List<string> reasons)
    {
        if (now.MaxDeviation <= now.RootMeanSquare * MinRelativeSpread)
        {
            FormattableString sizes = $"values have size {now.RootMeanSquare:G3}, and no unit deviates by more than {now.MaxDeviation:G3}";
            reasons.Add($"all examples have the same code: {FormattableString.Invariant(sizes)}");
        }
        else if (now.EffectiveRank < MinRank && Math.Min(now.UnitCount, now.RowCount - 1) >= FewDirections)
        {
            reasons.Add(FormattableString.Invariant(
                $"all codes are near one line: the effective rank is {now.EffectiveRank:F1} of {now.UnitCount}"));
        }
    }

    /// <summary>Reasons that follow from an earlier look.</summary>
    private void Compare(RepresentationStatistics first, RepresentationStatistics now, List<string> reasons)
    {
        if (now.EffectiveRank < first.EffectiveRank * MinRankFraction)
        {
            reasons.Add(FormattableString.Invariant($"the effective rank fell from {first.EffectiveRank:F1} to {now.EffectiveRank:F1}"));
        }

        if (now.DeadUnitCount - first.DeadUnitCount > now.UnitCount * MaxDeadFraction)
        {
            reasons.Add($"{now.DeadUnitCount} of {now.UnitCount} units are dead, {first.DeadUnitCount} were at first");
        }

        if (now.MaxDeviation < first.MaxDeviation * MinSpreadFraction)
        {
            reasons.Add(FormattableString.Invariant(
                $"no unit deviates by more than {now.MaxDeviation:G3}; at first one deviated by {first.MaxDeviation:G3}"));
        }
    }
}
