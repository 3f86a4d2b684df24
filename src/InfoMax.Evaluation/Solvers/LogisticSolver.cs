using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// Multinomial logistic regression by preconditioned L-BFGS: minimizes C·Σ nll + ½‖W‖², intercepts free.
/// </summary>
/// <remarks>
/// The logits are linear in the parameters, so those along a search direction cost one product for the whole line search, which can
/// therefore be nearly exact (Newton's method within a bracket; the objective is convex). Logits, losses and parameters are
/// float64; the two products with the design run in its own dtype.
/// </remarks>
internal sealed class LogisticSolver : ILinearSolver
{
    private const int Memory = 12;
    private const int LineSteps = 40;

    private const long Lanes = 16;
    private readonly LinearDesign _design;
    private readonly Tensor _rows;
    private readonly Tensor _oneHot;
    private readonly double _share;
    private readonly double _resolution;
    private readonly double _precision;

    /// <summary>Prepares a solver for some rows of a design (null for all) with the labels of those rows.</summary>
    public LogisticSolver(LinearDesign design, int[] labels, int[]? rows, int classes)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _design = design;
        Tensor values = rows is null ? design.Values.alias() : design.Values.index_select(0, tensor(rows, ScalarType.Int64));
        _rows = values.DetachFromDisposeScope();
        Tensor target = tensor(labels, ScalarType.Int64).unsqueeze(1);
        _oneHot = zeros(labels.Length, classes, dtype: ScalarType.Float64).scatter_(
            1, target, ones(labels.Length, 1, dtype: ScalarType.Float64)).DetachFromDisposeScope();
        _share = labels.Length / (double)design.Values.shape[0];
        // Below this relative gain a step only follows rounding.
        _resolution = values.dtype == ScalarType.Float64 ? 1e-15 : 1e-8;
        _precision = values.dtype == ScalarType.Float64 ? 1e-12 : 1e-5;
    }

    public LinearFit Solve(double c, LinearFit? near, bool precise, int maxIterations, CancellationToken cancellationToken)
    {
        double tolerance = precise ? _precision : 1e-4;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var memory = new LimitedMemory(Memory);
        Tensor point = near is null ? zeros(_rows.shape[1] + 1, _oneHot.shape[1], dtype: ScalarType.Float64) : near.Parameters.clone();
        Tensor logits = Logits(point);
        (double objective, Tensor probabilities) = Objective(c, logits, SquaredNorm(point));
        Tensor gradient = Gradient(c, point, probabilities);
        Preconditioner precondition = MakePreconditioner(c, probabilities);
        int stalled = 0;
        bool converged = false;
        int iteration = 0;
        for (; iteration < maxIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            Tensor direction = memory.Direction(gradient, precondition.Apply);
            double slope = LimitedMemory.Dot(gradient, direction);
            // Half the slope estimates how far the minimum lies below.
            if (!(slope < 0) || -slope / 2 <= tolerance * objective || stalled >= 2)
            {
                converged = true;
                break;
            }

            Tensor change = Logits(direction);
            double length = Search(c, point, direction, logits, change, slope);
            Tensor newPoint = point + (direction * length);
            logits.add_(change, length);
            (double newObjective, Tensor newProbabilities) = Objective(c, logits, SquaredNorm(newPoint));
            Tensor newGradient = Gradient(c, newPoint, newProbabilities);
            memory.Add(newPoint - point, newGradient - gradient);
            stalled = objective - newObjective <= _resolution * objective ? stalled + 1 : 0;
            objective = newObjective;
            point.Dispose();
            gradient.Dispose();
            (point, gradient) = (step.MoveToOuter(newPoint), step.MoveToOuter(newGradient));
        }

        return new LinearFit(point.DetachFromDisposeScope(), objective, iteration, converged);
    }

    public double Loss(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return -scores.log_softmax(1).gather(1, labels.unsqueeze(1)).mean().item<double>();
    }

    public void Dispose()
    {
        _rows.Dispose();
        _oneHot.Dispose();
    }

    private static Tensor Weights(Tensor parameters) => parameters.narrow(0, 0, parameters.shape[0] - 1);

    private static double SquaredNorm(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        Tensor weights = Weights(parameters);
        return LimitedMemory.Dot(weights, weights);
    }

    /// <summary>
    /// <c>matrixᵀ · thin</c> for a thin factor of a few columns, filled up with zeros to a multiple of sixteen: the product of a
    /// tall matrix with ten columns is up to twice as quick this way, and its transpose several times.
    /// </summary>
    private static Tensor Times(Tensor matrix, Tensor thin)
    {
        using var scope = NewDisposeScope();
        long columns = thin.shape[1], missing = (Lanes - (columns % Lanes)) % Lanes;
        Tensor full = missing == 0 ? thin : nn.functional.pad(thin, [0L, missing]);
        return scope.MoveToOuter(matrix.t().mm(full).narrow(1, 0, columns));
    }

    private Tensor Logits(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        Tensor product = Times(_rows.t(), Weights(parameters).to(_rows.dtype)).to(ScalarType.Float64);
        return scope.MoveToOuter(product + parameters[^1]);
    }

    private (double Objective, Tensor Probabilities) Objective(double c, Tensor logits, double squaredNorm)
    {
        using var scope = NewDisposeScope();
        Tensor logProbabilities = logits.log_softmax(1);
        double objective = (-c * LimitedMemory.Dot(logProbabilities, _oneHot)) + (squaredNorm / 2);
        return (objective, scope.MoveToOuter(logProbabilities.exp_()));
    }

    private Tensor Gradient(double c, Tensor point, Tensor probabilities)
    {
        using var scope = NewDisposeScope();
        Tensor residual = (probabilities - _oneHot).mul_(c);
        Tensor weights = Times(_rows, residual.to(_rows.dtype)).to(ScalarType.Float64) + Weights(point);
        return scope.MoveToOuter(cat([weights, residual.sum(0, keepdim: true)], 0));
    }

    /// <summary>The zero of the derivative along the direction, to a tenth of its size at 0.</summary>
    private double Search(double c, Tensor point, Tensor direction, Tensor logits, Tensor change, double slope)
    {
        using var scope = NewDisposeScope();
        double cross = LimitedMemory.Dot(Weights(point), Weights(direction));
        double curvature = SquaredNorm(direction);
        double fixedPart = c * LimitedMemory.Dot(_oneHot, change);
        double low = 0;
        double high = double.PositiveInfinity;
        double length = 1;
        for (int i = 0; i < LineSteps; i++)
        {
            using var step = NewDisposeScope();
            Tensor probabilities = (logits + (change * length)).softmax(1);
            Tensor weighted = probabilities * change;
            Tensor means = weighted.sum(1);
            double derivative = (c * means.sum().item<double>()) - fixedPart + cross + (length * curvature);
            if (Math.Abs(derivative) <= 0.1 * -slope)
            {
                return length;
            }

            double second = (c * (LimitedMemory.Dot(weighted, change) - LimitedMemory.Dot(means, means))) + curvature;
            (low, high) = derivative < 0 ? (length, high) : (low, length);
            double next = length - (derivative / second);
            if (double.IsPositiveInfinity(high))
            {
                length = double.IsFinite(next) ? Math.Clamp(next, 1.1 * low, 10 * low) : 2 * low;
            }
            else
            {
                double margin = 0.01 * (high - low);
                length = next > low + margin && next < high - margin ? next : (low + high) / 2;
            }
        }

        return length;
    }

    private Preconditioner MakePreconditioner(double c, Tensor probabilities)
    {
        using var scope = NewDisposeScope();
        // The mean of p (1 − p) over rows and classes: the curvature of the loss in a logit.
        double curvature = Math.Max((1 - probabilities.square().sum(1).mean().item<double>()) / probabilities.shape[1], 1e-4);
        double scale = c * curvature * _share;
        return new Preconditioner(_design, scale, c * curvature * _rows.shape[0]);
    }

    /// <summary>The inverse of I + scale·XᵀX as far as the design knows its spectrum, and of the intercepts' own curvature.</summary>
    private sealed class Preconditioner(LinearDesign design, double scale, double interceptCurvature)
    {
        public Tensor Apply(Tensor gradient)
        {
            using var scope = NewDisposeScope();
            Tensor weights = Weights(gradient);
            Tensor inverse = (design.Eigenvalues * scale).add_(1).reciprocal_().unsqueeze(1);
            if (design.Basis is null)
            {
                weights = weights * inverse;
            }
            else
            {
                double outside = 1 / (1 + (scale * design.RemainingEigenvalue));
                Tensor inside = Times(design.Basis, weights.to(design.Basis.dtype)) * (inverse - outside).to(design.Basis.dtype);
                weights = (weights * outside) + Times(design.Basis.t(), inside).to(ScalarType.Float64);
            }

            return scope.MoveToOuter(cat([weights, gradient.narrow(0, gradient.shape[0] - 1, 1) / interceptCurvature], 0));
        }
    }
}
