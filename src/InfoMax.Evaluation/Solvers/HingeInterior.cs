using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// One support vector machine by a primal-dual interior-point method (Mehrotra's predictor and corrector): a few tens of steps
/// whatever C and the overlap of the classes, at the cost of N·M² each. For what coordinate descent takes too many passes for.
/// </summary>
/// <remarks>
/// Minimizes ½‖Xᵀ(y∘α)‖² − Σ α over 0 ≤ α ≤ C. With D the curvature of the barriers, a step solves (X Xᵀ + D) by way of I + XᵀD⁻¹X,
/// which has the size of the features.
/// </remarks>
/// <param name="rows">The rows with their intercept column, <c>[N, M]</c>, float64; only read.</param>
internal sealed class HingeInterior(Tensor rows)
{
    private const int MostSteps = 80;
    private const double ToBoundary = 0.995;

    /// <summary>Whether a step is quick enough for rows of so many numbers.</summary>
    public static bool Fits(long rows, long columns) => rows * columns <= 20_000_000 && rows * columns * columns <= 20_000_000_000;

    /// <summary>Rows of a design with their intercept column, in no dispose scope.</summary>
    /// <param name="design">The design.</param>
    /// <param name="rows">Which; null for all.</param>
    public static Tensor Rows(LinearDesign design, int[]? rows)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = rows is null ? design.Values : design.Values.index_select(0, tensor(rows, ScalarType.Int64));
        return nn.functional.pad(values.to(ScalarType.Float64), [0L, 1L], value: 1).DetachFromDisposeScope();
    }

    /// <summary>Solves until the duality gap is below a share of the objective, or as near as the arithmetic allows.</summary>
    /// <returns>The weights, the dual variables, the objective, the gap and the steps taken.</returns>
    public (double[] Weights, double[] Alpha, double Primal, double Gap, int Steps) Solve(
        double[] signs, double c, double tolerance, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor y = tensor(signs);
        Tensor alpha = full_like(y, c / 2), slack = alpha.clone();
        Tensor weights = rows.t().mv(y * alpha), gradient = Gradient(y, weights);
        double margin = 0.1 + (0.1 * gradient.abs().mean().item<double>());
        Tensor lower = gradient.clamp_min(0) + margin, upper = (-gradient).clamp_min(0) + margin;
        (double[] Weights, double[] Alpha, double Primal, double Gap, int Steps) best = ([], [], 0, double.PositiveInfinity, 0);
        for (int step = 1; step <= MostSteps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            Tensor byLower = lower / alpha, byUpper = upper / slack, inverse = (byLower + byUpper).reciprocal_();
            Tensor scaled = rows * inverse.sqrt().unsqueeze(1), system = scaled.t().mm(scaled);
            system.diagonal().add_(1);
            (Tensor factor, Tensor failed) = linalg.cholesky_ex(system);
            if (failed.item<int>() != 0)
            {
                break;
            }

            Tensor Change(Tensor residual)
            {
                Tensor reduced = rows.t().mv(y * inverse * residual).unsqueeze(1).cholesky_solve(factor).squeeze(1);
                return inverse * (residual - (y * rows.mv(reduced)));
            }

            // The predictor goes straight for the optimum; how far it gets sets the centring of the corrector.
            double barrier = Products(alpha, lower, slack, upper);
            Tensor move = Change(-gradient), moveLower = -lower - (byLower * move), moveUpper = (byUpper * move) - upper;
            double reach = Reach(alpha, move, lower, moveLower, slack, -move, upper, moveUpper, share: 1);
            double after =
                Products(alpha + (move * reach), lower + (moveLower * reach), slack - (move * reach), upper + (moveUpper * reach));
            double center = Math.Pow(after / barrier, 3) * barrier / (2 * alpha.numel());
            Tensor wantedLower = (center - (move * moveLower)) / alpha, wantedUpper = (center + (move * moveUpper)) / slack;
            move = Change(wantedLower - wantedUpper - gradient);
            moveLower = wantedLower - lower - (byLower * move);
            moveUpper = wantedUpper - upper + (byUpper * move);
            reach = Reach(alpha, move, lower, moveLower, slack, -move, upper, moveUpper, ToBoundary);
            alpha.add_(move, reach);
            slack.add_(move, -reach);
            lower.add_(moveLower, reach);
            upper.add_(moveUpper, reach);
            weights.copy_(rows.t().mv(y * alpha));
            gradient.copy_(Gradient(y, weights));
            double half = LimitedMemory.Dot(weights, weights) / 2;
            double primal = half + (c * (-gradient).clamp_min(0).sum().item<double>()), gap = primal + half - alpha.sum().item<double>();
            if (gap < best.Gap)
            {
                best = (weights.data<double>().ToArray(), alpha.data<double>().ToArray(), primal, gap, step);
            }

            if (!(best.Gap > tolerance * best.Primal) || !(reach > 1e-9) || step - best.Steps > 5)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>The derivative of the dual in α: the margin less one.</summary>
    private Tensor Gradient(Tensor y, Tensor weights) => (y * rows.mv(weights)).sub_(1);

    private static double Products(Tensor alpha, Tensor lower, Tensor slack, Tensor upper) =>
        LimitedMemory.Dot(alpha, lower) + LimitedMemory.Dot(slack, upper);

    /// <summary>The longest step up to 1 at which four vectors stay positive, times a share.</summary>
    private static double Reach(
        Tensor a, Tensor moveA, Tensor b, Tensor moveB, Tensor c, Tensor moveC, Tensor d, Tensor moveD, double share)
    {
        double fastest = new[] { moveA / a, moveB / b, moveC / c, moveD / d }.Max(rate => -rate.min().item<double>());
        return Math.Min(1, share / Math.Max(fastest, 1e-300));
    }
}
