using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;

namespace InfoMax.Evaluation.Probes;

/// <summary>Multinomial logistic regression on standardized features: the usual measure of what is linearly separable.</summary>
/// <remarks>
/// <para>
/// Minimizes <c>C · Σ_i −log softmax(W x_i + b)[y_i] + ½‖W‖²</c>, intercepts not regularized, by L-BFGS to convergence: the problem of
/// scikit-learn's <c>LogisticRegression</c>. Features are standardized by mean and population standard deviation of the training rows
/// of the repeat; columns that are constant there become 0. While C is chosen, the held-back rows use the standardization of all
/// training rows.
/// </para>
/// <para>Up to 2 million training values the arithmetic is float64. Above, products are float32, with losses and sums in float64.</para>
/// </remarks>
public sealed class LinearProbe : Probe
{
    private readonly RegularizedFit _fit =
        new(LinearDesign.Of, (design, labels, rows, classes, _) => new LogisticSolver(design, labels, rows, classes));

    /// <inheritdoc/>
    public override string Name => "linear";

    /// <summary>Weight of the summed loss against the regularizer: the C of scikit-learn. Smaller is stronger regularization.</summary>
    /// <value>
    /// Above 0, or null (the default) to choose it from <see cref="Candidates"/> on a validation split of the training rows. If no row can
    /// be held back because every class has one or two rows, the middle candidate is taken.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double? C
    {
        get => _fit.C;
        init => _fit.C = value;
    }

    /// <summary>The values that <see cref="C"/> is chosen from if it is not given.</summary>
    /// <value>
    /// At least one, each a finite number above 0. Default 10⁻⁵ to 10 in decades. They are tried in ascending order, until two in a row
    /// do worse than the best so far in both accuracy and loss. The highest validation accuracy wins; among equals the lowest
    /// validation loss.
    /// </value>
    /// <exception cref="ArgumentException">Empty, or one is not a finite number above 0.</exception>
    public IReadOnlyList<double> Candidates
    {
        get => _fit.Candidates;
        init => _fit.Candidates = value;
    }

    /// <summary>
    /// Fraction of the training rows of each class that <see cref="C"/> is chosen on. The final fit uses all training rows.
    /// </summary>
    /// <value>Between 0 and 1, both excluded. Default 0.2. Test rows never take part.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public double ValidationFraction
    {
        get => _fit.ValidationFraction;
        init => _fit.ValidationFraction = value;
    }

    /// <summary>Maximum number of iterations of a fit.</summary>
    /// <value>At least 1. Default 1000. The result says so if a fit ends there.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxIterations
    {
        get => _fit.MaxIterations;
        init => _fit.MaxIterations = value;
    }

    /// <inheritdoc/>
    protected override bool IsSeeded => C is null;

    /// <summary>Fits the classifier on all rows of a feature set, without a test, to use the classifier itself.</summary>
    /// <param name="train">
    /// Labeled features <c>[N, F]</c> of at least two classes. <see cref="Probe.LabelCount"/> and <see cref="Probe.Repeats"/> are ignored.
    /// </param>
    /// <param name="cancellationToken">Checked between steps.</param>
    /// <returns>The classifier, with <see cref="C"/> as given or as chosen with <see cref="Probe.Seed"/>.</returns>
    /// <exception cref="ArgumentException">Labels are missing, there is only one class, or values are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public LinearClassifier Fit(FeatureSet train, CancellationToken cancellationToken = default) =>
        _fit.Fit(train, Seed, cancellationToken);

    /// <inheritdoc/>
    protected override (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) Run(
        FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken) =>
        _fit.Run(train, test, null, seed, cancellationToken);

    private protected override IDisposable Prepare(FeatureSet train, CancellationToken cancellationToken) =>
        _fit.Prepare(train, cancellationToken);

    private protected override (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) RunPrepared(
        FeatureSet train, FeatureSet test, IDisposable? prepared, int seed, CancellationToken cancellationToken) =>
        _fit.Run(train, test, prepared, seed, cancellationToken);
}
