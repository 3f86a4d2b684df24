using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// A function of a positive's score and of the log-sum-exp of its negatives, as contrastive estimators are. Extension point: override
/// <see cref="Value"/>; <see cref="Differentiate"/> only for speed.
/// </summary>
/// <remarks>Implementations are stateless and may be called from several threads at once.</remarks>
public abstract class ContrastFunction
{
    /// <summary>The function for a block of global vectors.</summary>
    /// <param name="positives">Scores of the positives, <c>[n, K, L]</c>.</param>
    /// <param name="logSumExpNegatives">Log-sum-exp of the scores of all negatives of each global vector, <c>[n, K, 1]</c>, or <c>[n, K, L]</c> where an offset differs by location; −∞ where every one is masked.</param>
    /// <returns>A new tensor <c>[n, K, L]</c>, differentiable in both arguments.</returns>
    public abstract Tensor Value(Tensor positives, Tensor logSumExpNegatives);

    /// <summary>The value and its two derivatives, without a graph. The default differentiates <see cref="Value"/>.</summary>
    /// <param name="positives">As for <see cref="Value"/>, without gradient.</param>
    /// <param name="logSumExpNegatives">As for <see cref="Value"/>, without gradient.</param>
    /// <returns>
    /// The values <c>[n, K, L]</c>, their derivatives with respect to the positives <c>[n, K, L]</c>, and the derivatives of the values' sum with respect to the
    /// log-sum-exp, of its shape.
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

    private static Tensor OrZero(Tensor? gradient, Tensor like) => gradient is null || gradient.IsInvalid ? zeros_like(like) : gradient;
}
