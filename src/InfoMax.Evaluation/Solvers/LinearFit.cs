using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>Where a solver ended, in its own coordinates. Owns its tensor.</summary>
/// <param name="Parameters">Weights and, in the last row, the intercepts: <c>[M + 1, K]</c>, float64.</param>
/// <param name="Objective">The objective there.</param>
/// <param name="Iterations">Iterations (or passes over the rows) used.</param>
/// <param name="Converged">Whether the tolerance was reached.</param>
internal sealed record LinearFit(Tensor Parameters, double Objective, int Iterations, bool Converged) : IDisposable
{
    /// <summary>Dual variables by class and row of the design, 0 for rows that took no part; null where the solver has none.</summary>
    public double[][]? Duals { get; init; }

    public void Dispose() => Parameters.Dispose();
}
