using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// A function of a positive's score and of the log-sum-exp of its negatives, of which contrastive estimators are the mean. <see
/// cref="From"/> makes one from a formula. Or derive and override <see cref="Value"/>, and <see cref="Differentiate"/> for speed.
/// </summary>
/// <remarks>Implementations are stateless and may be called from several threads at once.</remarks>
public abstract class ContrastFunction
{
    /// <summary>Makes a contrast function from a formula, such as <c>(u, s) => u - logaddexp(u, s)</c> for InfoNCE.</summary>
    /// <param name="value">
    /// The function of positives <c>[n, K, L]</c> and log-sum-exps <c>[n, K, 1]</c> or <c>[n, K, L]</c>: see <see cref="Value"/>.
    /// </param>
    /// <returns>The function. Intermediate tensors of the formula are disposed.</returns>
    public static ContrastFunction From(Func<Tensor, Tensor, Tensor> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new DelegateContrast(value);
    }

    /// <summary>The function for a block of n examples.</summary>
    /// <param name="positives">Scores of the positives, <c>[n, K, L]</c>.</param>
    /// <param name="logSumExpNegatives">
    /// Log-sum-exp of the scores of all negatives of each global vector, <c>[n, K, 1]</c>, or <c>[n, K, L]</c> where an offset differs by
    /// location; −∞ where all are masked.
    /// </param>
    /// <returns>A new tensor <c>[n, K, L]</c>, differentiable in both arguments.</returns>
    public abstract Tensor Value(Tensor positives, Tensor logSumExpNegatives);

    /// <summary>The value and its two derivatives, without a graph. The default differentiates <see cref="Value"/>.</summary>
    /// <param name="positives">As for <see cref="Value"/>, without gradient.</param>
    /// <param name="logSumExpNegatives">As for <see cref="Value"/>, without gradient.</param>
    /// <returns>
    /// The values <c>[n, K, L]</c>, their derivatives with respect to the positives <c>[n, K, L]</c>, and the derivatives of the values'
    /// sum with respect to the log-sum-exp, of its shape.
    /// </returns>
    public virtual (Tensor Values, Tensor ByPositive, Tensor ByLogSumExp) Differentiate(Tensor positives, Tensor logSumExpNegatives)
    {
        ArgumentNullException.ThrowIfNull(positives);
        ArgumentNullException.ThrowIfNull(logSumExpNegatives);
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        Tensor positive = positives.detach().requires_grad_(true);
        Tensor negative = logSumExpNegatives.detach().requires_grad_(true);
        Tensor values = Value(positive, negative);
        IList<Tensor> gradients = autograd.grad([values.sum()], [positive, negative], allow_unused: true);
        return (
            scope.MoveToOuter(values.detach()),
            scope.MoveToOuter(OrZero(gradients[0], positives)),
            scope.MoveToOuter(OrZero(gradients[1], logSumExpNegatives)));
    }

    private static Tensor OrZero(Tensor? gradient, Tensor like) =>
        gradient is null || gradient.IsInvalid ? zeros_like(like) : gradient.contiguous();

    private sealed class DelegateContrast(Func<Tensor, Tensor, Tensor> value) : ContrastFunction
    {
        public override Tensor Value(Tensor positives, Tensor logSumExpNegatives)
        {
            using var scope = NewDisposeScope();
            Tensor result = value(positives, logSumExpNegatives);
            if (result is null || !result.shape.AsSpan().SequenceEqual(positives.shape))
            {
                throw new InvalidOperationException(
                    $"Expected the value of a contrast function to have the shape of the positives, " +
                    $"{TensorGuard.Shape(positives.shape)}, got {(result is null ? "null" : TensorGuard.Describe(result))}.");
            }

            return scope.MoveToOuter(
                ReferenceEquals(result, positives) || ReferenceEquals(result, logSumExpNegatives) ? result.alias() : result);
        }
    }
}
