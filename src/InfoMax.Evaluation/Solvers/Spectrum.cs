using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>Eigenvectors of XᵀX for a matrix X <c>[N, F]</c> without ever needing more than the smaller of both sizes squared.</summary>
internal static class Spectrum
{
    /// <summary>Up to this size a full decomposition is quick; beyond it the leading part is found by iteration.</summary>
    public const int FullSize = 1200;

    private const double RankTolerance = 1e-13;

    /// <summary>X Xᵀ <c>[N, N]</c> in float64, column block by column block.</summary>
    public static Tensor Gram(Tensor x) => SumOfProducts(x, 1, block => block.matmul(block.t()));

    /// <summary>XᵀX <c>[F, F]</c> in float64, row block by row block.</summary>
    public static Tensor Scatter(Tensor x) => SumOfProducts(x, 0, block => block.t().matmul(block));

    /// <summary>
    /// All eigenvalues of a symmetric matrix above rounding, largest first, and their eigenvectors as columns <c>[size, rank]</c>.
    /// </summary>
    public static (Tensor Values, Tensor Vectors) Decompose(Tensor symmetric)
    {
        using var scope = NewDisposeScope();
        (Tensor ascending, Tensor vectors) = linalg.eigh(symmetric);
        Tensor values = ascending.flip(0);
        double floor = Math.Max(values[0].item<double>(), 0) * RankTolerance;
        long rank = Math.Max(1, values.gt(floor).sum().item<long>());
        return (
            scope.MoveToOuter(values.narrow(0, 0, rank).clamp_min(double.Epsilon).clone()), scope.MoveToOuter(
                vectors.flip(1).narrow(1, 0, rank).contiguous()));
    }

    /// <summary>
    /// The leading eigenvalues of XᵀX and their eigenvectors <c>[F, count]</c>, float64, by subspace iteration with a block that is larger
    /// than what is asked for. Stops when no wanted eigenvalue moves by more than the tolerance, relative to the greatest.
    /// </summary>
    public static (Tensor Values, Tensor Vectors) Leading(
        Tensor x, int count, int iterations, double tolerance, int seed, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var generator = RandomStream.Of(seed, "spectrum").Generator();
        long block = Math.Min(Math.Min(x.shape[0], x.shape[1]), count + Math.Max(8, count / 4));
        Tensor basis = linalg.qr(randn(x.shape[1], block, dtype: ScalarType.Float64, generator: generator)).Q;
        Tensor values = zeros(block, dtype: ScalarType.Float64);
        for (int i = 0; i < iterations; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            Tensor image = x.t().matmul(x.matmul(basis.to(x.dtype))).to(ScalarType.Float64);
            (Tensor ritz, Tensor rotation) = linalg.eigh(Symmetrized(basis.t().matmul(image)));
            Tensor next = linalg.qr(image.matmul(rotation.flip(1))).Q;
            Tensor newValues = ritz.flip(0);
            double moved = (newValues - values).narrow(0, 0, count).abs().max().item<double>();
            double greatest = newValues[0].item<double>();
            basis.Dispose();
            values.Dispose();
            (basis, values) = (step.MoveToOuter(next), step.MoveToOuter(newValues.clone()));
            if (moved <= tolerance * greatest)
            {
                break;
            }
        }

        // A last rotation makes the columns eigenvectors of the projected matrix, each for its own value.
        Tensor projected = x.matmul(basis.to(x.dtype)).to(ScalarType.Float64);
        (Tensor final, Tensor turn) = linalg.eigh(Symmetrized(projected.t().matmul(projected)));
        Tensor vectors = basis.matmul(turn.flip(1)).narrow(1, 0, count).contiguous();
        return (scope.MoveToOuter(final.flip(0).narrow(0, 0, count).clamp_min(double.Epsilon).clone()), scope.MoveToOuter(vectors));
    }

    private static Tensor Symmetrized(Tensor matrix) => (matrix + matrix.t()) / 2;

    private static Tensor SumOfProducts(Tensor x, int dimension, Func<Tensor, Tensor> product)
    {
        const int Block = 2048;
        using var scope = NewDisposeScope();
        long size = x.shape[1 - dimension];
        Tensor sum = zeros(size, size, dtype: ScalarType.Float64);
        for (long start = 0; start < x.shape[dimension]; start += Block)
        {
            using var step = NewDisposeScope();
            Tensor block = x.narrow(dimension, start, Math.Min(Block, x.shape[dimension] - start)).to(ScalarType.Float64);
            sum.add_(product(block));
        }

        return scope.MoveToOuter(sum);
    }
}
