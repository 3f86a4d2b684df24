using System.Diagnostics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Randomness;

namespace InfoMax.Evaluation.Probes;

/// <summary>
/// A classifier trained on frozen features to measure what can be read from them. Extension point: derive and override
/// <see cref="Name"/> and <see cref="Run"/>; drawing labels, repeating, checking and reporting are done here.
/// </summary>
/// <remarks>
/// A probe is a set of options without state: it may be used many times and from many threads. The encoder is never trained. The same seed
/// gives the same result on the same machine; nothing reads or seeds the global generator.
/// </remarks>
public abstract record Probe
{
    private readonly int? _labels;
    private readonly int _repeats = 1;

    /// <summary>Name of the probe, for results.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// How many labeled training rows to use. Each repeat draws its own: all classes in equal number (shares differ by at most one), except
    /// that a class with too few rows gives all it has and the others make up for it.
    /// </summary>
    /// <value>At least 2, at least the number of classes in the training rows and at most their number. Default null: all rows.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int? Labels
    {
        get => _labels;
        init
        {
            if (value is { } labels)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(labels, 2, nameof(Labels));
            }

            _labels = value;
        }
    }

    /// <summary>How often to repeat, each time with a labeled subset and a seed of its own that follow from <see cref="Seed"/>.</summary>
    /// <value>
    /// At least 1. Default 1. Where all labels are used, only the probe's own draws differ between repeats (a validation split, initial
    /// weights, the order of rows); if it has none, one repeat is run and the result says so. The test rows are the same throughout, so the
    /// spread does not contain their sampling error.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Repeats
    {
        get => _repeats;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Repeats));
            _repeats = value;
        }
    }

    /// <summary>Base seed of every draw.</summary>
    /// <value>Any number. Default 0.</value>
    public int Seed { get; init; }

    /// <summary>Whether the outcome depends on the seed that <see cref="Run"/> is given. Default true.</summary>
    protected virtual bool IsSeeded => true;

    /// <summary>Probes one feature of an encoder: extracts it from each example once, then evaluates.</summary>
    /// <param name="encoder">The encoder; evaluation mode for the time of the extraction, not trained.</param>
    /// <param name="train">Examples to fit the probe on.</param>
    /// <param name="test">Examples to measure its accuracy on.</param>
    /// <param name="feature">Name of the feature, as in <see cref="EncoderOutput.Features"/>. Default "global".</param>
    /// <param name="cancellationToken">Looked at between batches and steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or as for feature sets.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>To probe several features or with several probes, extract once with a <see cref="FeatureExtractor"/>.</remarks>
    public ProbeResult Evaluate(Encoder encoder, LabeledData train, LabeledData test, string feature = EncoderOutput.GlobalFeature, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        long start = Stopwatch.GetTimestamp();
        CheckLabels(train.Labels);
        var extractor = new FeatureExtractor();
        using FeatureSet trainFeatures = extractor.Extract(encoder, train, feature, cancellationToken);
        using FeatureSet testFeatures = extractor.Extract(encoder, test, feature, cancellationToken);
        return Evaluate(trainFeatures, testFeatures, cancellationToken) with { Elapsed = Stopwatch.GetElapsedTime(start) };
    }

    /// <summary>Fits on rows of one feature set and measures the accuracy on all rows of another.</summary>
    /// <param name="train">Labeled features <c>[N, F]</c> to fit on, of at least two classes.</param>
    /// <param name="test">Labeled features <c>[M, F]</c> to test on. A class that the training rows lack is allowed and counts as error.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">Labels are missing, there are fewer rows than <see cref="Labels"/>, there is one class only, widths differ, or values are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ProbeResult Evaluate(FeatureSet train, FeatureSet test, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        CheckSets(train, test);
        bool subset = Labels is { } wanted && wanted < train.Count;
        int repeats = subset || IsSeeded ? Repeats : 1;
        var random = RandomStream.Of(Seed, "probe").Of("repeats").Random();
        var outcomes = new ProbeOutcome[repeats];
        using IDisposable? prepared = subset ? null : Prepare(train, cancellationToken);
        for (int r = 0; r < repeats; r++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int drawSeed = random.Next();
            int probeSeed = random.Next();
            using FeatureSet? drawn = subset ? train.Rows(StratifiedDraw.Balanced(train.Labels!, Labels!.Value, RandomStream.Of(drawSeed, "probe").Of("labeled examples").Random())) : null;
            outcomes[r] = RunPrepared(drawn ?? train, test, prepared, probeSeed, cancellationToken);
        }

        int classes = Math.Max(train.ClassCount, test.ClassCount);
        return new ProbeResult
        {
            Probe = Name,
            Feature = train.Name,
            FeatureCount = train.FeatureCount,
            Labels = Labels ?? train.Count,
            TrainCount = train.Count,
            TestCount = test.Count,
            ClassCount = classes,
            Seed = Seed,
            Accuracies = [.. outcomes.Select(outcome => outcome.Accuracy)],
            HyperParameters = ByRepeat([.. outcomes.Select(outcome => outcome.HyperParameters)]),
            Confusion = Confusion(test.Labels!, outcomes[^1].Predictions, classes),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>Fits on all rows of the training set and predicts the test rows. The arguments have been checked.</summary>
    /// <param name="train">Labeled features <c>[N, F]</c> of at least two classes, of which some in <c>[0, ClassCount)</c> may be absent. Not to be disposed.</param>
    /// <param name="test">Labeled features <c>[M, F]</c>. Nothing but the final accuracy may depend on their labels. Not to be disposed.</param>
    /// <param name="seed">Seed of every draw of this repeat.</param>
    /// <param name="cancellationToken">To be looked at between steps.</param>
    protected abstract ProbeOutcome Run(FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken);

    /// <summary>What all repeats on the same training rows share; null for nothing.</summary>
    private protected virtual IDisposable? Prepare(FeatureSet train, CancellationToken cancellationToken) => null;

    /// <summary>As <see cref="Run"/>, with what <see cref="Prepare"/> made of the training rows, or null.</summary>
    private protected virtual ProbeOutcome RunPrepared(FeatureSet train, FeatureSet test, IDisposable? prepared, int seed, CancellationToken cancellationToken) =>
        Run(train, test, seed, cancellationToken);

    /// <summary>What all repeats share, or else each of the texts with the repeats, from 1, that had it.</summary>
    private static string ByRepeat(string[] texts)
    {
        IGrouping<string, int>[] groups = [.. Enumerable.Range(0, texts.Length).GroupBy(r => texts[r], r => r + 1)];
        return groups.Length == 1 ? groups[0].Key : string.Join(" | ", groups.Select(group => $"{group.Key} (repeat{(group.Count() == 1 ? "" : "s")} {string.Join(", ", group)})"));
    }

    /// <summary>How many rows of class [i] were taken for class [j].</summary>
    internal static int[][] Confusion(IReadOnlyList<int> labels, IReadOnlyList<int> predictions, int classes)
    {
        int[][] matrix = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach ((int label, int prediction) in labels.Zip(predictions))
        {
            matrix[label][prediction]++;
        }

        return matrix;
    }

    private void CheckSets(FeatureSet train, FeatureSet test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        train.CheckUsable();
        test.CheckUsable();
        if (test.Labels is null)
        {
            throw new ArgumentException("Expected labeled test features, got features without labels.", nameof(test));
        }

        if (train.Labels is null)
        {
            throw new ArgumentException("Expected labeled training features, got features without labels.", nameof(train));
        }

        if (train.FeatureCount != test.FeatureCount)
        {
            throw new ArgumentException($"Expected {train.FeatureCount} features per row, as \"{train.Name}\" has for training, got {test.FeatureCount} (\"{test.Name}\").", nameof(test));
        }

        CheckLabels(train.Labels);
        TensorGuard.Finite(train.Values, nameof(train));
        TensorGuard.Finite(test.Values, nameof(test));
    }

    private void CheckLabels(IReadOnlyList<int> train)
    {
        int present = train.Distinct().Count();
        if (present < 2)
        {
            throw new ArgumentException($"Expected training rows of at least two classes, got {present}.", nameof(train));
        }

        if (Labels is { } labels && (labels > train.Count || labels < present))
        {
            throw new ArgumentException(
                $"Expected Labels from {present} (the classes present) to {train.Count} (the training rows), got {labels}.", nameof(train));
        }
    }
}
