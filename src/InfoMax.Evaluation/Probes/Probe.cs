using System.Diagnostics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Randomness;

namespace InfoMax.Evaluation.Probes;

/// <summary>
/// A classifier trained on frozen features, to measure what can be read from them. Extension point: derive and override
/// <see cref="Name"/> and <see cref="Run"/>. This class draws labels, repeats, checks and reports.
/// </summary>
/// <remarks>
/// A probe is a set of options without state. One instance may be used many times and from many threads. The encoder is never
/// trained. The same seed gives the same result on the same machine. Nothing reads or seeds the global generator.
/// </remarks>
public abstract class Probe
{
    /// <summary>Name of the probe, for results.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Number of labeled training rows. Each repeat draws its own rows, with equally many of each class (counts differ by at most
    /// one). A class with too few rows contributes all of them, and the other classes make up for it.
    /// </summary>
    /// <value>
    /// At least 2, at least the number of classes in the training rows, at most the number of training rows. Default null: all rows.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int? LabelCount
    {
        get;
        init => field = value is { } count ? OptionGuard.AtLeast(2, count, nameof(LabelCount)) : null;
    }

    /// <summary>Number of repeats. Each repeat has its own labeled subset and seed, derived from <see cref="Seed"/>.</summary>
    /// <value>
    /// At least 1. Default 1. If all labels are used, repeats differ only in the probe's own random draws (validation split, initial
    /// weights, order of rows). A probe without random draws runs once, and the result says so. All repeats use the same test rows, so
    /// the spread does not include their sampling error.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Repeats
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Repeats));
    } = 1;

    /// <summary>Base seed of every random draw.</summary>
    /// <value>Any number. Default 0.</value>
    public int Seed { get; init; }

    /// <summary>Whether the outcome depends on the seed given to <see cref="Run"/>. Default true.</summary>
    protected virtual bool IsSeeded => true;

    /// <summary>Probes one feature of an encoder: extracts it from each example once, then evaluates.</summary>
    /// <param name="encoder">The encoder. It runs in evaluation mode and is not trained.</param>
    /// <param name="train">Examples to fit the probe on.</param>
    /// <param name="test">Examples to measure its accuracy on.</param>
    /// <param name="feature">Name of the feature, as in <see cref="EncoderOutput.Features"/>. Default "global".</param>
    /// <param name="cancellationToken">Checked between batches and steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or as for feature sets.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>To probe several features or with several probes, extract once with a <see cref="FeatureExtractor"/>.</remarks>
    public ProbeResult Evaluate(
        Encoder encoder,
        LabeledData train,
        LabeledData test,
        string feature = EncoderOutput.GlobalFeature,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        long start = Stopwatch.GetTimestamp();
        CheckLabels(train.Labels);
        var extractor = new FeatureExtractor();
        using FeatureSet trainFeatures = extractor.Extract(encoder, train, feature, cancellationToken);
        using FeatureSet testFeatures = extractor.Extract(encoder, test, feature, cancellationToken);
        return Evaluate(trainFeatures, testFeatures, start, cancellationToken);
    }

    /// <summary>Fits on rows of one feature set and measures the accuracy on all rows of another.</summary>
    /// <param name="train">Labeled features <c>[N, F]</c> to fit on, of at least two classes.</param>
    /// <param name="test">Labeled features <c>[M, F]</c> to test on. Rows of a class without training rows count as errors.</param>
    /// <param name="cancellationToken">Checked between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// Labels are missing, there are fewer rows than <see cref="LabelCount"/>, there is only one class, widths differ, or values are not
    /// finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ProbeResult Evaluate(FeatureSet train, FeatureSet test, CancellationToken cancellationToken = default) =>
        Evaluate(train, test, Stopwatch.GetTimestamp(), cancellationToken);

    /// <summary>Fits on all rows of the training set and predicts the test rows. The arguments have been checked.</summary>
    /// <param name="train">
    /// Labeled features <c>[N, F]</c> of at least two classes; some classes in <c>[0, ClassCount)</c> may be absent. Do not dispose it.
    /// </param>
    /// <param name="test">
    /// Labeled features <c>[M, F]</c>. Their labels may be used for the final accuracy only. Do not dispose it.
    /// </param>
    /// <param name="seed">Seed of every random draw of this repeat.</param>
    /// <param name="cancellationToken">Check it between steps.</param>
    /// <returns>
    /// The predicted class of each test row, in <c>[0, ClassCount)</c>; the settings and choices of the probe in a few words; and the
    /// accuracy in [0, 1] if it is not the accuracy of these predictions (a mean over epochs, for example), otherwise null.
    /// </returns>
    protected abstract (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) Run(
        FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken);

    /// <summary>Computes what all repeats on the same training rows share; null for nothing.</summary>
    private protected virtual IDisposable? Prepare(FeatureSet train, CancellationToken cancellationToken) => null;

    /// <summary>As <see cref="Run"/>, with the result of <see cref="Prepare"/>, or null.</summary>
    private protected virtual (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) RunPrepared(
        FeatureSet train, FeatureSet test, IDisposable? prepared, int seed, CancellationToken cancellationToken) =>
        Run(train, test, seed, cancellationToken);

    private ProbeResult Evaluate(FeatureSet train, FeatureSet test, long start, CancellationToken cancellationToken)
    {
        CheckSets(train, test);
        int classes = Math.Max(train.ClassCount, test.ClassCount);
        bool subset = LabelCount is { } wanted && wanted < train.Count;
        int repeats = subset || IsSeeded ? Repeats : 1;
        var random = RandomStream.Of(Seed, "probe").Of("repeats").Random();
        var (predictions, settings, accuracies) = (Array.Empty<int>(), new string[repeats], new double[repeats]);
        using IDisposable? prepared = subset ? null : Prepare(train, cancellationToken);
        for (int r = 0; r < repeats; r++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int drawSeed = random.Next();
            int probeSeed = random.Next();
            var draw = RandomStream.Of(drawSeed, "probe").Of("labeled examples").Random();
            using FeatureSet? drawn = subset ? train.Rows(StratifiedDraw.Balanced(train.Labels!, LabelCount!.Value, draw)) : null;
            (IReadOnlyList<int> predicted, settings[r], double? accuracy) =
                RunPrepared(drawn ?? train, test, prepared, probeSeed, cancellationToken);
            predictions = CheckPredictions(predicted, test.Count, classes);
            accuracies[r] = accuracy ?? predictions.Zip(test.Labels!).Count(pair => pair.First == pair.Second) / (double)test.Count;
        }

        return new ProbeResult
        {
            Probe = Name,
            Feature = train.Name,
            FeatureCount = train.FeatureCount,
            LabelCount = LabelCount ?? train.Count,
            TrainCount = train.Count,
            TestCount = test.Count,
            ClassCount = classes,
            Seed = Seed,
            Accuracies = accuracies,
            HyperParameters = ByRepeat(settings),
            Confusion = Confusion(test.Labels!, predictions, classes),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>The text that all repeats share, or each text with the repeats that had it, counted from 1.</summary>
    private static string ByRepeat(string[] texts)
    {
        IGrouping<string, int>[] groups = [.. Enumerable.Range(0, texts.Length).GroupBy(r => texts[r], r => r + 1)];
        return groups.Length == 1
            ? groups[0].Key
            : string.Join(
                " | ", groups.Select(group => $"{group.Key} (repeat{(group.Count() == 1 ? "" : "s")} {string.Join(", ", group)})"));
    }

    /// <summary>For each true class [i], how many of its rows were predicted as class [j].</summary>
    internal static int[][] Confusion(IReadOnlyList<int> labels, IReadOnlyList<int> predictions, int classes)
    {
        int[][] matrix = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach ((int label, int prediction) in labels.Zip(predictions))
        {
            matrix[label][prediction]++;
        }

        return matrix;
    }

    private int[] CheckPredictions(IReadOnlyList<int> predictions, int rows, int classes)
    {
        string? got = predictions is null ? "null"
            : predictions.Count != rows ? $"{predictions.Count} predictions"
            : predictions.Where(p => p < 0 || p >= classes).Select(p => $"class {p}").FirstOrDefault();
        return got is null ? [.. predictions!] : throw new InvalidOperationException(
            $"Expected the probe \"{Name}\" to predict a class in [0, {classes}) for each of {rows} test rows, got {got}.");
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
            string trained = $"{train.FeatureCount} features per row, as in training (\"{train.Name}\")";
            throw new ArgumentException($"Expected {trained}, got {test.FeatureCount} (\"{test.Name}\").", nameof(test));
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

        if (LabelCount is { } labels && (labels > train.Count || labels < present))
        {
            string range = $"from {present} (the classes present) to {train.Count} (the training rows)";
            throw new ArgumentException($"Expected LabelCount {range}, got {labels}.", nameof(train));
        }
    }
}
