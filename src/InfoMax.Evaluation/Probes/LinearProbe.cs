using InfoMax.Evaluation.Solvers;

namespace InfoMax.Evaluation.Probes;

/// <summary>Multinomial logistic regression on standardized features: the usual measure of what a representation makes linearly separable.</summary>
/// <remarks>
/// <para>
/// Minimizes <c>C · Σ_i −log softmax(W x_i + b)[y_i] + ½‖W‖²</c>, intercepts not regularized, by L-BFGS to convergence: the problem of
/// scikit-learn's <c>LogisticRegression</c>. Features are standardized inside by mean and population standard deviation of the training rows
/// of the repeat; columns that are constant there become 0. While C is chosen, the rows held back share that standardization with the rest of the training
/// rows.
/// </para>
/// <para>Up to 2 million training values the arithmetic is double; above, products are float32 with losses and sums in double.</para>
/// </remarks>
public sealed record LinearProbe : RegularizedProbe
{
    /// <inheritdoc/>
    public override string Name => "linear";

    private protected override bool IsSolverSeeded => false;

    private protected override ILinearSolver Solver(LinearDesign design, int[] labels, int[]? rows, int classes, int seed) =>
        new LogisticSolver(design, labels, rows, classes);
}
