using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Information;

public static partial class MutualInformation
{
    /// <summary>
    /// Estimates the mutual information of features and a discrete variable: the entropy of the labels minus the cross-entropy of a linear
    /// classifier on rows that it was not fitted on (five-fold cross-validation). A lower bound in expectation, and never above the
    /// entropy.
    /// </summary>
    /// <param name="features">Features <c>[n, *]</c>, any real dtype and device; more dimensions than two are flattened.</param>
    /// <param name="labels">The class of each row; any numbers, which are only compared.</param>
    /// <param name="confidence">The interval's level, above 0 and below 1; default 0.95.</param>
    /// <param name="seed">Seed of the folds; default 0.</param>
    /// <param name="cancellationToken">Checked in each step of the classifier.</param>
    /// <returns>
    /// The estimate in nats. Its interval covers the chance of the rows, not what a linear classifier cannot see: a nonlinear dependence
    /// may be larger. Rows that repeat another row, features and label, are left out.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Features are disposed, empty or not finite; there is another number of labels than of rows, fewer than 20 rows, or nearly as many
    /// classes as rows.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <remarks>Source: McAllester and Stratos, 2020, "Formal limitations on the measurement of mutual information", section 4.</remarks>
    public static LabelInformation WithLabels(
        Tensor features, IReadOnlyList<int> labels, double confidence = 0.95, int seed = 0, CancellationToken cancellationToken = default)
    {
        NativeBackend.EnsureLoadable();
        CheckSamples(features, nameof(features));
        ArgumentNullException.ThrowIfNull(labels);
        if (!(confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected a level between 0 and 1.");
        }

        long n = features.shape[0];
        int classes = labels.Distinct().Count();
        if (labels.Count != n || n < MinPairs || classes > n / 2)
        {
            throw new ArgumentException(
                $"Expected a label for each of {n} rows, at least {MinPairs} rows, and at most half as many classes; "
                + $"got {labels.Count} labels of {classes} classes.",
                nameof(labels));
        }

        TensorGuard.Finite(features, nameof(features));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = PairInput.Standardize(features.detach().flatten(1).to(ScalarType.Float64, CPU));
        int[] rows = Ties.Copies(PairInput.Columns(values), [[.. labels.Select(label => (double)label)]]) is { } first
            && first.Length >= MinPairs
            ? first
            : [.. Enumerable.Range(0, (int)n)];
        Tensor used = values.index_select(0, tensor(rows, ScalarType.Int64));
        return LabelEstimation.Run(used, [.. rows.Select(row => labels[row])], confidence, seed, cancellationToken);
    }
}
