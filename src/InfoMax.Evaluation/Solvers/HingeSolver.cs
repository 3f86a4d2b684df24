using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// One-vs-rest linear support vector machines with simple hinge loss: minimizes ½(‖w‖² + b²) + C·Σ max(0, 1 − y (w·x + b)) for each
/// class, by way of its dual, whose value is a lower bound that tells how far the optimum is at most.
/// </summary>
/// <param name="classes">How many classes.</param>
internal abstract class HingeSolver(int classes) : ILinearSolver
{
    /// <summary>The share of the objective that the gap may have where values of C are compared.</summary>
    private protected const double Rough = 1e-2;

    /// <summary>The share of the objective that the gap may have in a final fit.</summary>
    private protected const double Precise = 1e-9;

    /// <summary>The share of the objective up to which a gap counts as closed where less cannot be had.</summary>
    internal const double Sufficient = 1e-6;

    /// <summary>How many classes.</summary>
    private protected int Classes => classes;

    /// <inheritdoc/>
    public abstract LinearFit Solve(double c, LinearFit? near, bool precise, int maxIterations, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public double Loss(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        Tensor sign = (nn.functional.one_hot(labels, classes).to(ScalarType.Float64) * 2).sub_(1);
        return (1 - (sign * scores)).clamp_min(0).sum(1).mean().item<double>();
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Solves the classes side by side: each is a problem of its own, with shuffles of its own.</summary>
    private protected HingeOutcome[] ForEachClass(Func<int, HingeOutcome> solve, CancellationToken cancellationToken)
    {
        var outcomes = new HingeOutcome[classes];
        // No more threads than processors, also where some wait for each other: each may hold memory.
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, classes, options, k => outcomes[k] = solve(k));
        return outcomes;
    }

    /// <summary>What the classes came to, with their weights and intercepts <c>[M + 1, K]</c>.</summary>
    private protected static LinearFit Fit(Tensor parameters, HingeOutcome[] outcomes, double[][]? duals = null) =>
        new(parameters, outcomes.Sum(o => o.Objective), outcomes.Max(o => o.Iterations), outcomes.All(o => o.Converged)) { Duals = duals };
}
