namespace InfoMax.Evaluation;

/// <summary>Linear support vector machines, one per class against the rest, on standardised features: the paper's linear classification.</summary>
/// <remarks>
/// Minimises <c>½(‖w‖² + b²) + C · Σ_i max(0, 1 − y_i (w·x_i + b))</c> for each class by dual coordinate descent with seeded shuffles and, where
/// that has not ended after 100 passes, an interior-point method, until the duality gap is below 10⁻⁹ of the objective. Above 20 million training values, or 3·10⁹ for values times features,
/// coordinate descent goes on alone, to 10⁻⁶. It is the problem of scikit-learn's <c>LinearSVC(loss="hinge")</c>. The class with the highest score wins.
/// The paper reports five repeats and leaves C open. Holds the training rows in double.
/// </remarks>
public sealed record SvmProbe : RegularisedProbe
{
    /// <inheritdoc/>
    public override string Name => "SVM";

    private protected override bool IsSolverSeeded => true;

    private protected override ILinearSolver Solver(LinearDesign design, int[] labels, int[]? rows, int classes, int seed) =>
        design.Products is null ? new HingeDescent(design, labels, rows, classes, seed) : new HingeGram(design, labels, rows, classes, seed);

    private protected override LinearDesign Design(TorchSharp.torch.Tensor features, CancellationToken cancellationToken) =>
        HingeGram.Fits(features.shape[0], features.shape[1]) ? LinearDesign.WithProducts(features) : LinearDesign.Of(features, cancellationToken);
}
