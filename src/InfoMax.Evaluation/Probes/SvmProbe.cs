using InfoMax.Evaluation.Solvers;

namespace InfoMax.Evaluation.Probes;

/// <summary>Linear support vector machines, one per class against the rest, on standardized features: the paper's linear classification.</summary>
/// <remarks>
/// <para>
/// Minimizes <c>½(‖w‖² + b²) + C · Σ_i max(0, 1 − y_i (w·x_i + b))</c> for each class until the duality gap is below 10⁻⁹ of the objective
/// (10⁻⁶ where said). It is the problem of scikit-learn's <c>LinearSVC(loss="hinge")</c>. The class with the highest score wins. The paper reports five repeats and leaves C open.
/// </para>
/// <para>
/// Up to 6,000 rows with at least a quarter as many features, it multiplies all pairs of rows once, for all classes, values of C and repeats, and
/// finds the optimum by dual coordinate descent with seeded shuffles and Newton steps, and by Newton's method on a smoothed hinge whose corner
/// narrows to nothing: 8 N² bytes, and up to 16 N² more during a step. Otherwise by coordinate descent over the rows, held in double. Where that
/// has not ended after 100 passes, an interior-point method takes over, up to 20 million training values and 2·10¹⁰ for values times features; beyond
/// that, it goes on alone, to 10⁻⁶.
/// </para>
/// <para>Fits that only help to choose C end with a gap of 1 %.</para>
/// </remarks>
public sealed record SvmProbe : RegularizedProbe
{
    /// <inheritdoc/>
    public override string Name => "SVM";

    private protected override bool IsSolverSeeded => true;

    private protected override ILinearSolver Solver(LinearDesign design, int[] labels, int[]? rows, int classes, int seed) =>
        design.Products is null ? new HingeDescent(design, labels, rows, classes, seed) : new HingeGram(design, labels, rows, classes, seed);

    private protected override LinearDesign Design(TorchSharp.torch.Tensor features, CancellationToken cancellationToken) =>
        HingeGram.Fits(features.shape[0], features.shape[1]) ? LinearDesign.WithProducts(features) : LinearDesign.Of(features, cancellationToken);
}
