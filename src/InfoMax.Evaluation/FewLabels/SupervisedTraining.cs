using System.Diagnostics;
using System.Globalization;
using InfoMax.Data;
using InfoMax.Evaluation.Probes;
using InfoMax.Foundation;
using InfoMax.Randomness;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>
/// What <see cref="SupervisedBaseline"/>, <see cref="FineTuning"/> and semi-supervised training share: an encoder and a classifier
/// trained together by cross-entropy, on labeled examples drawn anew for each repeat.
/// </summary>
public abstract class SupervisedTraining
{
    private protected SupervisedTraining()
    {
    }

    /// <summary>How many labeled training examples to use, drawn with classes in equal number; null (the default) uses all.</summary>
    /// <value>At least 2 and at least the number of classes in the training examples, at most the number of training examples.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int? LabelCount
    {
        get;
        init => field = value is { } count ? OptionGuard.AtLeast(2, count, nameof(LabelCount)) : null;
    }

    /// <summary>How often to repeat.</summary>
    /// <value>At least 1; default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Repeats
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Repeats));
    } = 1;

    /// <summary>Base seed of every draw. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Passes over the labeled examples; in semi-supervised training, over all training examples.</summary>
    /// <value>At least 1; default 20.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Epochs
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Epochs));
    } = 20;

    /// <summary>
    /// Labeled examples per step; the last partial batch is dropped. Where there are fewer labeled examples than this, each step
    /// takes all of them, and the result says how many.
    /// </summary>
    /// <value>At least 2; default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int BatchSize
    {
        get;
        init => field = OptionGuard.AtLeast(2, value, nameof(BatchSize));
    } = 64;

    /// <summary>Learning rate of Adam (betas 0.9 and 0.999), decayed to 0 by a cosine.</summary>
    /// <value>Finite and positive; default 1e-3.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double LearningRate
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(LearningRate));
    } = 1e-3;

    /// <summary>The schedule in a few words, for so many labeled of so many training examples.</summary>
    private protected virtual string Schedule(int labels, int examples) => $"{Epochs} epochs, batches of {BatchOf(labels)}";

    /// <summary>Labeled examples per step if there are so many in all.</summary>
    private protected int BatchOf(int labels) => Math.Min(BatchSize, labels);

    /// <summary>How many steps a repeat takes.</summary>
    internal virtual int StepCount(LabeledRun run) => run.Rows.Length / BatchOf(run.Rows.Length) * Epochs;

    /// <summary>The rows of each step of a repeat, in order.</summary>
    internal virtual IEnumerable<LabeledStep> Steps(LabeledRun run)
    {
        var order = RandomStream.Of(run.Seed, "supervised training").Of("order").Random();
        int[] rows = [.. run.Rows];
        int size = BatchOf(rows.Length);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            order.Shuffle(rows);
            for (int start = 0; start + size <= rows.Length; start += size)
            {
                yield return new LabeledStep(rows[start..(start + size)], []);
            }
        }
    }

    /// <summary>Runs every repeat and collects the result.</summary>
    /// <param name="name">Name of the protocol.</param>
    /// <param name="train">Examples to draw from.</param>
    /// <param name="test">Examples to measure the accuracy on.</param>
    /// <param name="feature">The feature that the classifier reads.</param>
    /// <param name="settings">Settings beyond those of this class, with a comma after them; or nothing.</param>
    /// <param name="repeat">Trains on some rows and predicts the test examples.</param>
    private protected ProbeResult Run(
        string name, LabeledData train, LabeledData test, string feature, string settings, Func<LabeledRun, EndToEndPrediction> repeat)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(feature);
        int labels = LabelCount ?? train.Count;
        int present = train.Labels.Distinct().Count();
        if (labels < 2 || labels < present || labels > train.Count)
        {
            string least = $"{Math.Max(2, present)} (the classes present, two examples at least)";
            throw new ArgumentException(
                $"Expected LabelCount from {least} to {train.Count} (the training examples), got {labels}.", nameof(train));
        }

        long start = Stopwatch.GetTimestamp();
        int classes = Math.Max(train.ClassCount, test.ClassCount);
        var accuracies = new double[Repeats];
        var last = new EndToEndPrediction([], 0);
        var random = RandomStream.Of(Seed, "supervised training").Of("repeats").Random();
        for (int r = 0; r < Repeats; r++)
        {
            int seed = random.Next();
            var draw = RandomStream.Of(seed, "supervised training").Of("labeled examples").Random();
            int[] rows = labels < train.Count
                ? StratifiedDraw.Balanced(train.Labels, labels, draw)
                : [.. Enumerable.Range(0, train.Count)];
            last = repeat(new LabeledRun(seed, rows, train, test, classes, feature));
            accuracies[r] = last.Classes.Zip(test.Labels, (p, l) => p == l).Count(right => right) / (double)test.Count;
        }

        return new ProbeResult
        {
            Probe = name,
            Feature = feature,
            FeatureCount = last.FeatureCount,
            LabelCount = labels,
            TrainCount = train.Count,
            TestCount = test.Count,
            ClassCount = classes,
            Seed = Seed,
            Accuracies = accuracies,
            HyperParameters = string.Create(
                CultureInfo.InvariantCulture, $"{settings}{Schedule(labels, train.Count)}, Adam {LearningRate:G3} with cosine decay"),
            Confusion = Probe.Confusion(test.Labels, last.Classes, classes),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }
}
