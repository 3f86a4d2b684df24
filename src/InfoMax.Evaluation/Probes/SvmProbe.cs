using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>One-vs-rest linear support vector machines on standardized features: the paper's linear classification.</summary>
/// <remarks>
/// <para>
/// Minimizes <c>½(‖w‖² + b²) + C · Σ_i max(0, 1 − y_i (w·x_i + b))</c> for each class until the duality gap is below 10⁻⁹ of the objective
/// (10⁻⁶ where stated). This is the problem of scikit-learn's <c>LinearSVC(loss="hinge")</c>. The class with the highest score wins. The
/// paper reports five repeats and does not state C.
/// </para>
/// <para>
/// With up to 6,000 rows and at least a quarter as many features, all pairs of rows are multiplied once, for all classes, values of C and
/// repeats. The optimum is then found by dual coordinate descent with seeded shuffles and Newton steps, and by Newton's method on a
/// smoothed hinge whose width shrinks to 0. Memory: 8 N² bytes, and up to 16 N² more during a step.
/// </para>
/// <para>
/// Otherwise coordinate descent runs over the rows in float64. If it has not converged after 100 passes, an interior-point method takes
/// over, up to 20 million training values and 2·10¹⁰ for values times features. Beyond these sizes coordinate descent continues, to 10⁻⁶.
/// </para>
/// <para>Fits that only help to choose C end with a gap of 1 %.</para>
/// </remarks>
public sealed class SvmProbe : Probe
{
    private readonly RegularizedFit _fit = new(Design, Solver);

    /// <inheritdoc/>
    public override string Name => "SVM";

    /// <inheritdoc cref="LinearProbe.C"/>
    public double? C
    {
        get => _fit.C;
        init => _fit.C = value;
    }

    /// <inheritdoc cref="LinearProbe.Candidates"/>
    public IReadOnlyList<double> Candidates
    {
        get => _fit.Candidates;
        init => _fit.Candidates = value;
    }

    /// <inheritdoc cref="LinearProbe.ValidationFraction"/>
    public double ValidationFraction
    {
        get => _fit.ValidationFraction;
        init => _fit.ValidationFraction = value;
    }

    /// <inheritdoc cref="LinearProbe.MaxIterations"/>
    public int MaxIterations
    {
        get => _fit.MaxIterations;
        init => _fit.MaxIterations = value;
    }

    /// <inheritdoc cref="LinearProbe.Fit"/>
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

    private static LinearDesign Design(Tensor features, CancellationToken cancellationToken) =>
        HingeGram.Fits(features.shape[0], features.shape[1])
            ? LinearDesign.WithProducts(features)
            : LinearDesign.Of(features, cancellationToken);

    private static HingeSolver Solver(LinearDesign design, int[] labels, int[]? rows, int classes, int seed) => design.Products is null
        ? new HingeDescent(design, labels, rows, classes, seed)
        : new HingeGram(design, labels, rows, classes, seed);
}
