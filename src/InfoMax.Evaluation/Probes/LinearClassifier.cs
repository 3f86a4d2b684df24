using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>A fitted linear classifier: plain numbers, nothing to dispose.</summary>
/// <remarks>
/// The score of the k-th class for a row x is <c>Σ_f Weights[f, k] · (x_f − Mean[f]) / std_f + Intercepts[k]</c>. The highest score wins,
/// the first of equals.
/// </remarks>
public sealed class LinearClassifier
{
    /// <summary>Keeps the scores of rows that are unimaginably far from the training rows finite.</summary>
    private const double Limit = 1e280;

    private readonly double[] _mean;
    private readonly double[] _inverseStd;
    private readonly double[] _unit;
    private readonly double[] _center;
    private readonly double[] _factor;
    private readonly double[] _weights;
    private readonly double[] _intercepts;
    private readonly int[] _classes;

    internal LinearClassifier(LinearDesign design, LinearFit fit, double c, int[] classes)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long last = fit.Parameters.shape[0] - 1;
        Tensor weights = design.ToFeatureWeights(fit.Parameters.narrow(0, 0, last)).contiguous();
        Standardizer standardizer = design.Standardizer;
        _mean = standardizer.Mean.data<double>().ToArray();
        _inverseStd = standardizer.Factor.div(standardizer.Unit).data<double>().ToArray();
        (_unit, _center, _factor) = (Numbers(standardizer.Unit), Numbers(standardizer.Center), Numbers(standardizer.Factor));
        _weights = weights.data<double>().ToArray();
        _intercepts = fit.Parameters[last].contiguous().data<double>().ToArray();
        _classes = classes;
        C = c;
        Objective = fit.Objective;
        Iterations = fit.Iterations;
        Converged = fit.Converged;
        WeightNorm = weights.norm().item<double>();
    }

    /// <summary>The regularization of the fit: weight of the summed loss against ½‖W‖².</summary>
    public double C { get; }

    /// <summary>The objective at the solution.</summary>
    public double Objective { get; }

    /// <summary>Euclidean norm of all weights on standardized features, without intercepts.</summary>
    public double WeightNorm { get; }

    /// <summary>
    /// Iterations of L-BFGS; for support vector machines the passes over the rows, Newton and interior-point steps, the maximum
    /// over classes.
    /// </summary>
    public int Iterations { get; }

    /// <summary>
    /// Whether the fit reached its tolerance, or the precision of the arithmetic, within the maximum number of iterations.
    /// </summary>
    public bool Converged { get; }

    /// <summary>Features per row, F.</summary>
    public int FeatureCount => _mean.Length;

    /// <summary>The K classes of the training rows, ascending: column k of the weights is for class [k].</summary>
    public IReadOnlyList<int> Classes => _classes;

    /// <summary>Mean of each feature over the training rows, <c>[F]</c>.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>1 / population standard deviation of each feature over the training rows, 0 where it is constant, <c>[F]</c>.</summary>
    public ReadOnlySpan<double> InverseStandardDeviation => _inverseStd;

    /// <summary>Weights on standardized features, <c>[F, K]</c> in row-major order.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Intercept of each class, <c>[K]</c>.</summary>
    public ReadOnlySpan<double> Intercepts => _intercepts;

    /// <summary>Predicts the class of each row.</summary>
    /// <param name="features">Features <c>[N, F]</c>.</param>
    /// <returns>One class per row, of <see cref="Classes"/>.</returns>
    /// <exception cref="ArgumentException">The width is not <see cref="FeatureCount"/>.</exception>
    public int[] Predict(FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.CheckUsable();
        TensorGuard.HasShape(features.Values, [-1, FeatureCount], nameof(features));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor weights = tensor(_weights).reshape(FeatureCount, _classes.Length);
        Tensor intercepts = tensor(_intercepts);
        (Tensor unit, Tensor center, Tensor factor) = (tensor(_unit), tensor(_center), tensor(_factor));
        var predictions = new int[features.Count];
        Standardizer.ForEachBlock(features.Values, (start, block) =>
        {
            Tensor rows = Standardizer.Apply(block, unit, center, factor).clamp_(-Limit, Limit);
            Tensor scores = rows.matmul(weights).add_(intercepts);
            long[] best = scores.argmax(1).data<long>().ToArray();
            for (int i = 0; i < best.Length; i++)
            {
                predictions[start + i] = _classes[best[i]];
            }
        });
        return predictions;
    }

    /// <summary>Size, regularization and convergence in one line.</summary>
    public override string ToString()
    {
        string end = FormattableString.Invariant($"C={C:G6}, {Iterations} iterations, {(Converged ? "" : "not ")}converged");
        return $"linear classifier of {FeatureCount} features into {Classes.Count} classes: {end}";
    }

    private static double[] Numbers(Tensor values) => values.data<double>().ToArray();
}
