using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Multinomial logistic regression with an L2 penalty, in double.</summary>
/// <remarks>
/// Each step solves with the fixed upper bound of the Hessian, ½(XᵀX/n + λI) for each class (Böhning, 1992, "Multinomial logistic
/// regression algorithm"), accelerated by Nesterov's momentum with restarts. Minimizes mean nll + λ/2 ‖W‖².
/// </remarks>
internal static class LabelClassifier
{
    private const int MaxSteps = 500;
    private const double Tolerance = 1e-8;

    /// <summary>Weights <c>[d + 1, classes]</c>, the last row the intercepts, in the caller's dispose scope.</summary>
    /// <param name="features">Standardized features with a last column of ones, <c>[n, d + 1]</c>, float64.</param>
    /// <param name="oneHot">Classes as <c>[n, classes]</c> of 0 and 1, float64.</param>
    /// <param name="penalty">The factor λ, above 0.</param>
    /// <param name="start">Weights to start from; null for the class frequencies.</param>
    /// <param name="cancellationToken">Checked in each step.</param>
    public static Tensor Fit(Tensor features, Tensor oneHot, double penalty, Tensor? start, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        long n = features.shape[0], columns = features.shape[1];
        // The intercept has a penalty too small to matter, which keeps the system definite.
        Tensor penalties = full([columns], penalty, ScalarType.Float64);
        penalties[columns - 1] = 1e-9;
        Tensor bound = (features.t().mm(features) / (2 * n)) + diag(penalties);
        Tensor factor = linalg.cholesky(bound);
        Tensor point = start?.clone() ?? Start(oneHot, columns), ahead = point.clone();
        double objective = double.PositiveInfinity, momentum = 1;
        for (int step = 0; step < MaxSteps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            Tensor logProbabilities = features.mm(ahead).log_softmax(1);
            double value = -logProbabilities.mul(oneHot).sum().item<double>() / n
                + ahead.square().mul(penalties.unsqueeze(1)).sum().item<double>() / 2;
            if (value > objective && momentum > 1)
            {
                // Too far: go on from the last point without momentum.
                (momentum, objective) = (1, double.PositiveInfinity);
                ahead.copy_(point);
                continue;
            }

            Tensor gradient = (features.t().mm(logProbabilities.exp() - oneHot) / n) + ahead.mul(penalties.unsqueeze(1));
            Tensor next = ahead - cholesky_solve(gradient, factor);
            double following = (1 + Math.Sqrt(1 + (4 * momentum * momentum))) / 2;
            ahead.copy_(next + ((next - point) * ((momentum - 1) / following)));
            point.copy_(next);
            bool still = Math.Abs(objective - value) <= Tolerance * Math.Abs(value);
            (momentum, objective) = (following, value);
            if (still)
            {
                break;
            }
        }

        return scope.MoveToOuter(point);
    }

    private static Tensor Start(Tensor oneHot, long columns)
    {
        Tensor start = zeros([columns, oneHot.shape[1]], ScalarType.Float64);
        start[columns - 1] = oneHot.mean([0]).clamp(min: 1e-12).log();
        return start;
    }
}
