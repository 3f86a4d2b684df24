using InfoMax.Foundation;
using InfoMax.Scores.Streaming;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <content>The three reductions that estimators are made of.</content>
public sealed partial class ScoreMatrix
{
    /// <summary>E over positives of f(u) − E over negatives of g(u): the form of every f-divergence bound.</summary>
    /// <param name="positive">The function f of a positive's score.</param>
    /// <param name="negative">The function g of a negative's score.</param>
    /// <returns>A differentiable scalar that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">A factor is not finite (checked on the CPU only).</exception>
    public Tensor MeanDifference(ScoreFunction positive, ScoreFunction negative)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        return Evaluate(new MeanDifferenceKernel(positive, negative));
    }

    /// <summary>E over positives of f(u) − log E over negatives of e^h(u): one partition function over the whole batch.</summary>
    /// <param name="positive">The function f of a positive's score.</param>
    /// <param name="exponent">The function h of a negative's score; null (the default) for the score itself.</param>
    /// <returns>A differentiable scalar that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">A factor is not finite (checked on the CPU only).</exception>
    public Tensor PartitionDifference(ScoreFunction positive, ScoreFunction? exponent = null) =>
        PartitionDifference(positive, exponent, null);

    /// <summary>
    /// E over positives of c(u − b, log Σ e^(v − b)), the sum running over all negatives v of the positive's global vector: one partition
    /// function per global vector.
    /// </summary>
    /// <param name="contrast">The function c.</param>
    /// <param name="offset">
    /// The offset b, <c>[N, K, 1]</c> for one per global vector or <c>[N, K, L]</c> for one per positive, of the scores' dtype; null (the
    /// default) for 0. Differentiable.
    /// </param>
    /// <returns>A differentiable scalar that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">
    /// A factor is not finite (seen on the CPU), or the offset has another shape, dtype or device.
    /// </exception>
    public Tensor MeanContrast(ContrastFunction contrast, Tensor? offset = null)
    {
        ArgumentNullException.ThrowIfNull(contrast);
        if (offset is not null)
        {
            TensorGuard.NotDisposed(offset);
            TensorGuard.HasShape(offset, [BatchSize, Globals, offset.dim() == 3 && offset.shape[2] == 1 ? 1 : Locations]);
            if (offset.dtype != ScoreType || !IsBeside(offset))
            {
                throw new ArgumentException(
                    $"Expected the dtype and device of the scores ({ScoreType}, {Device}), got {TensorGuard.Describe(offset)}.",
                    nameof(offset));
            }
        }

        return Evaluate(new MeanContrastKernel(contrast), offset);
    }

    /// <summary>As the public method, with the gradient of the logarithm multiplied by a factor that is a function of it.</summary>
    internal Tensor PartitionDifference(ScoreFunction positive, ScoreFunction? exponent, Func<Tensor, Tensor>? partitionWeight)
    {
        ArgumentNullException.ThrowIfNull(positive);
        return Evaluate(new PartitionDifferenceKernel(positive, exponent, RequiresGrad ? partitionWeight : null));
    }

    private Tensor Evaluate(ScoreKernel kernel, Tensor? offset = null)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_explicit is not null
            ? kernel.Explicit(_explicit, offset)
            : StreamedScore.Evaluate(_factors!, offset, kernel, ExpectedScale));
    }
}
