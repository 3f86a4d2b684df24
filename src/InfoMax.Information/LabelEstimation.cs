using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Cross-validates a classifier of labels.</summary>
internal static class LabelEstimation
{
    private const int Folds = 5;

    /// <summary>Of each training part this share chooses the penalty.</summary>
    private const double ValidationFraction = 0.2;

    private static readonly double[] Penalties = [10, 1, 0.1, 0.01, 1e-3, 1e-4];

    public static LabelInformation Run(Tensor features, int[] labels, double confidence, int seed, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        int n = labels.Length;
        int[] classes = [.. labels.Distinct().Order()];
        long[] numbers = [.. labels.Select(label => (long)Array.BinarySearch(classes, label))];
        Tensor target = tensor(numbers), oneHot = nn.functional.one_hot(target, classes.Length).to(ScalarType.Float64);
        double[] shares = [.. classes.Select((_, c) => numbers.Count(number => number == c) / (double)n)];
        double entropy = -shares.Sum(share => share * Math.Log(share));
        double[] told = new double[n];
        int right = 0;
        int[] order = Stratified(numbers, RandomStream.Of(seed, "labels").Of("folds").Random());
        for (int fold = 0; fold < Math.Min(Folds, n); fold++)
        {
            using var inner = NewDisposeScope();
            int[] test = [.. order.Where((_, i) => i % Folds == fold)], train = [.. order.Where((_, i) => i % Folds != fold)];
            Tensor logProbabilities = Predict(features, oneHot, train, test, cancellationToken);
            double[] found = logProbabilities.gather(1, Rows(target, test).unsqueeze(1)).data<double>().ToArray();
            long[] predicted = logProbabilities.argmax(1).data<long>().ToArray();
            for (int i = 0; i < test.Length; i++)
            {
                // What the prediction tells beyond the class frequencies; its mean is the entropy minus the cross-entropy.
                told[test[i]] = found[i] - Math.Log(shares[numbers[test[i]]]);
                right += predicted[i] == numbers[test[i]] ? 1 : 0;
            }
        }

        double value = told.Average(), deviation = Math.Sqrt(told.Sum(t => (t - value) * (t - value)) / Math.Max(1, n - 1));
        double half = Math.Sqrt(2) * tensor(confidence, ScalarType.Float64).erfinv().item<double>() * deviation / Math.Sqrt(n);
        return new LabelInformation
        {
            Value = value,
            Low = value - half,
            High = Math.Min(entropy, value + half),
            Confidence = confidence,
            Entropy = entropy,
            CrossEntropy = entropy - value,
            Accuracy = right / (double)n,
            Count = n,
            ClassCount = classes.Length,
        };
    }

    /// <summary>Log-probabilities of some rows from a classifier of others, whose penalty is chosen on a part of these.</summary>
    private static Tensor Predict(Tensor features, Tensor oneHot, int[] train, int[] test, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        int held = Math.Max(1, (int)Math.Round(ValidationFraction * train.Length));
        double penalty = Choose(features, oneHot, train[held..], train[..held], cancellationToken);
        (Tensor fit, Tensor read) = Designs(features, train, test);
        Tensor weights = LabelClassifier.Fit(fit, Rows(oneHot, train), penalty, null, cancellationToken);
        return scope.MoveToOuter(Smoothed(read.mm(weights), train.Length));
    }

    private static double Choose(Tensor features, Tensor oneHot, int[] train, int[] validation, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        (Tensor fit, Tensor read) = Designs(features, train, validation);
        Tensor fitTarget = Rows(oneHot, train), readTarget = Rows(oneHot, validation);
        Tensor? weights = null;
        (double Loss, double Penalty) best = (double.PositiveInfinity, Penalties[0]);
        foreach (double penalty in Penalties)
        {
            weights = LabelClassifier.Fit(fit, fitTarget, penalty, weights, cancellationToken);
            double loss = -Smoothed(read.mm(weights), train.Length).mul(readTarget).sum().item<double>() / validation.Length;
            best = loss < best.Loss ? (loss, penalty) : best;
        }

        return best.Penalty;
    }

    /// <summary>
    /// Log-probabilities with the weight of one row of n spread evenly over the classes: a class that the training part lacks, or a
    /// prediction that is sure and wrong, costs ln n and not infinity.
    /// </summary>
    private static Tensor Smoothed(Tensor logits, int n) => ((logits.softmax(1) * n) + (1.0 / logits.shape[1])).div(n + 1).log();

    /// <summary>Standardized features with a column of ones; scale and shift from the first rows.</summary>
    private static (Tensor First, Tensor Second) Designs(Tensor features, int[] first, int[] second)
    {
        Tensor from = Rows(features, first), to = Rows(features, second);
        Tensor mean = from.mean([0]), deviation = from.std(0, unbiased: false);
        Tensor factor = where(from.amax([0L]).ne(from.amin([0L])) & deviation.gt(0), deviation.reciprocal(), zeros_like(deviation));
        Tensor With(Tensor values) => cat([(values - mean) * factor, ones([values.shape[0], 1], ScalarType.Float64)], 1);
        return (With(from), With(to));
    }

    private static Tensor Rows(Tensor values, int[] rows) => values.index_select(0, tensor(rows, ScalarType.Int64));

    /// <summary>Shuffled rows, class after class in turn, so that every part of the order has all classes in about equal shares.</summary>
    private static int[] Stratified(long[] numbers, Random random)
    {
        int[] rows = [.. Enumerable.Range(0, numbers.Length)];
        random.Shuffle(rows);
        IEnumerable<(int Row, double At)> Placed(IGrouping<long, int> group) =>
            group.Select((row, i) => (row, (i + random.NextDouble()) / group.Count()));
        return [.. rows.GroupBy(row => numbers[row]).SelectMany(Placed).OrderBy(pair => pair.At).Select(pair => pair.Row)];
    }
}
