using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>Fits linear scores to labeled rows of a <see cref="LinearDesign"/>.</summary>
internal interface ILinearSolver : IDisposable
{
    /// <summary>Minimizes C·loss + regularizer.</summary>
    /// <param name="c">Weight of the summed loss, above 0.</param>
    /// <param name="near">A fit for a similar problem to start from; null for none.</param>
    /// <param name="precise">To the precision of the arithmetic; otherwise well enough to compare values of C.</param>
    /// <param name="maxIterations">Most iterations.</param>
    /// <param name="cancellationToken">Looked at in each iteration.</param>
    LinearFit Solve(double c, LinearFit? near, bool precise, int maxIterations, CancellationToken cancellationToken);

    /// <summary>Mean loss of scores <c>[N, K]</c> for int64 labels <c>[N]</c>.</summary>
    double Loss(Tensor scores, Tensor labels);
}
