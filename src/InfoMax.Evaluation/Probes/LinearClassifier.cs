using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>A fitted linear classifier: plain numbers, nothing to dispose.</summary>
/// <remarks>The score of the k-th class for a row x is <c>Σ_f Weights[f, k] · (x_f − Mean[f]) / std_f + Intercepts[k]</c>; the highest wins, the first of equals.</remarks>
public sealed class LinearClassifier
{
    private readonly double[] _mean;
    private readonly double[] _inverseStd;
    private readonly double[] _weights;
    private readonly double[] _intercepts;
    private readonly int[] _classes;

    internal LinearClassifier(LinearDesign design, LinearFit fit, double c, int[] classes)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long last = fit.Parameters.shape[0] - 1;
        Tensor weights = design.ToFeatureWeights(fit.Parameters.narrow(0, 0, last)).contiguous();
        _mean = design.Standardizer.Mean.data<double>().ToArray();
        _inverseStd = design.Standardizer.InverseStd.data<double>().ToArray();
        _weights = weights.data<double>().ToArray();
        _intercepts = fit.Parameters[last].contiguous().data<double>().ToArray();
        _classes = classes;
        C = c;
        Objective = fit.Objective;
        Iterations = fit.Iterations;
        Converged = fit.Converged;
        WeightNorm = weights.norm().item<double>();
    }

    /// <summary>The regularization it was fitted with: weight of the summed loss against ½‖W‖².</summary>
    public double C { get; }

    /// <summary>The objective at the solution.</summary>
    public double Objective { get; }

    /// <summary>Euclidean norm of all weights on standardized features, intercepts apart.</summary>
    public double WeightNorm { get; }

    /// <summary>Iterations (L-BFGS) or passes over the rows, Newton and interior-point steps (support vector machines, the most of any class) that the fit took.</summary>
    public int Iterations { get; }

    /// <summary>Whether the fit reached its tolerance, or the precision of the arithmetic, before the limit of iterations.</summary>
    public bool Converged { get; }

    /// <summary>Features per row, F.</summary>
    public int FeatureCount => _mean.Length;

    /// <summary>The K classes that the training rows had, ascending: which class column k of the weights stands for.</summary>
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
    /// <exception cref="ArgumentException">The width is another than <see cref="FeatureCount"/>.</exception>
    public int[] Predict(FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.CheckUsable();
        TensorGuard.HasShape(features.Values, [-1, FeatureCount], nameof(features));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor weights = tensor(_weights).reshape(FeatureCount, _classes.Length);
        Tensor intercepts = tensor(_intercepts);
        Tensor mean = tensor(_mean);
        Tensor inverseStd = tensor(_inverseStd);
        var predictions = new int[features.Count];
        Standardizer.ForEachBlock(features.Values, (start, block) =>
        {
            Tensor scores = block.sub_(mean).mul_(inverseStd).matmul(weights).add_(intercepts);
            long[] best = scores.argmax(1).data<long>().ToArray();
            for (int i = 0; i < best.Length; i++)
            {
                predictions[start + i] = _classes[best[i]];
            }
        });
        return predictions;
    }
}
