using InfoMax.Evaluation.Features;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// Standardized training features in coordinates in which an L2-regularized linear model is quick to fit, with the spectrum that tells the
/// solver how the coordinates differ in scale.
/// </summary>
/// <remarks>
/// <para>
/// If the rows or the columns are few, the features are rotated onto the eigenvectors of XᵀX that the rows span. The optimum has no part
/// outside that span and a rotation keeps the norm of the weights, so the fit is that of the original problem, in at most min(N, F)
/// dimensions. As the dimensions are principal axes, one number per dimension preconditions the solver.
/// </para>
/// <para>Otherwise the features stay as they are, and the leading eigenvectors serve as preconditioner only.</para>
/// </remarks>
internal sealed class LinearDesign : IDisposable
{
    /// <summary>Up to so many values everything is done in float64.</summary>
    private const long DoubleValues = 2_000_000;
    private const int LeadingVectors = 96;

    private readonly Tensor? _toFeatures;

    /// <summary>The features as they are, with the products of all pairs of rows.</summary>
    private LinearDesign(Tensor standardized, Standardizer standardizer)
    {
        Standardizer = standardizer;
        using var scope = NewDisposeScope();
        Products = Spectrum.Gram(standardized).add_(1).DetachFromDisposeScope();
        Values = standardized.DetachFromDisposeScope();
        Eigenvalues = zeros(0, ScalarType.Float64).DetachFromDisposeScope();
    }

    private LinearDesign(Tensor standardized, Standardizer standardizer, CancellationToken cancellationToken)
    {
        Standardizer = standardizer;
        using var scope = NewDisposeScope();
        (long rows, long columns) = (standardized.shape[0], standardized.shape[1]);
        if (Math.Min(rows, columns) > Spectrum.FullSize)
        {
            (Tensor leading, Tensor vectors) =
                Spectrum.Leading(standardized, LeadingVectors, iterations: 2, tolerance: 0, seed: 0, cancellationToken);
            Values = standardized.DetachFromDisposeScope();
            Eigenvalues = leading.DetachFromDisposeScope();
            Basis = vectors.to(standardized.dtype).DetachFromDisposeScope();
            double rest = standardized.square().sum(ScalarType.Float64).item<double>() - leading.sum().item<double>();
            RemainingEigenvalue = Math.Max(rest / (Math.Min(rows, columns) - LeadingVectors), 0);
            return;
        }

        bool dual = rows < columns;
        (Tensor values, Tensor eigenvectors) = Spectrum.Decompose(dual ? Spectrum.Gram(standardized) : Spectrum.Scatter(standardized));
        Eigenvalues = values.DetachFromDisposeScope();
        if (dual)
        {
            Values = (eigenvectors * values.sqrt()).to(standardized.dtype).DetachFromDisposeScope();
            _toFeatures = standardized.t().matmul((eigenvectors / values.sqrt()).to(standardized.dtype)).DetachFromDisposeScope();
        }
        else
        {
            Values = standardized.matmul(eigenvectors.to(standardized.dtype)).DetachFromDisposeScope();
            _toFeatures = eigenvectors.DetachFromDisposeScope();
        }
    }

    /// <summary>The training rows in the solver's coordinates <c>[N, M]</c>, float32 or (for small problems) float64.</summary>
    public Tensor Values { get; }

    /// <summary>Eigenvalues of XᵀX, largest first, float64: of each coordinate, or of each column of <see cref="Basis"/>.</summary>
    public Tensor Eigenvalues { get; }

    /// <summary>Leading eigenvectors <c>[M, R]</c>; null if the coordinates are the eigenvectors.</summary>
    public Tensor? Basis { get; }

    /// <summary>Mean eigenvalue outside <see cref="Basis"/>.</summary>
    public double RemainingEigenvalue { get; }

    /// <summary>Product of each pair of rows, and 1 for the intercept, <c>[N, N]</c>, float64; null unless asked for.</summary>
    public Tensor? Products { get; }

    /// <summary>How rows are standardized.</summary>
    public Standardizer Standardizer { get; }

    /// <summary>Standardizes and rotates training features <c>[N, F]</c>.</summary>
    public static LinearDesign Of(Tensor features, CancellationToken cancellationToken) =>
        Of(features, (standardized, standardizer) => new LinearDesign(standardized, standardizer, cancellationToken));

    /// <summary>Standardizes training features <c>[N, F]</c> and multiplies all pairs of rows. Without eigenvalues.</summary>
    public static LinearDesign WithProducts(Tensor features) =>
        Of(features, (standardized, standardizer) => new LinearDesign(standardized, standardizer));

    private static LinearDesign Of(Tensor features, Func<Tensor, Standardizer, LinearDesign> make)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Standardizer standardizer = Standardizer.Fit(features);
        try
        {
            Tensor standardized = standardizer.Apply(features, features.numel() <= DoubleValues ? ScalarType.Float64 : ScalarType.Float32);
            return make(standardized, standardizer);
        }
        catch
        {
            standardizer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Turns weights of the solver's coordinates <c>[M, K]</c> into float64 weights of the standardized features <c>[F, K]</c>.
    /// </summary>
    public Tensor ToFeatureWeights(Tensor weights)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(
            _toFeatures is null ? weights.clone() : _toFeatures.matmul(weights.to(_toFeatures.dtype)).to(ScalarType.Float64, copy: true));
    }

    public void Dispose()
    {
        Values.Dispose();
        Eigenvalues.Dispose();
        Basis?.Dispose();
        Products?.Dispose();
        _toFeatures?.Dispose();
        Standardizer.Dispose();
    }
}
