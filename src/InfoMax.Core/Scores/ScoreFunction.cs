using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// A function applied to each score on its own, as the two sides of a variational divergence are. Extension point: override
/// <see cref="Value"/>; <see cref="Derivative"/> only for speed.
/// </summary>
/// <remarks>Implementations are stateless and may be called from several threads at once.</remarks>
public abstract class ScoreFunction
{
    /// <summary>The function, elementwise.</summary>
    /// <param name="scores">Scores of any shape.</param>
    /// <returns>A new tensor of the same shape, differentiable; never <paramref name="scores"/> itself.</returns>
    public abstract Tensor Value(Tensor scores);

    /// <summary>The derivative, elementwise, without a graph. The default differentiates <see cref="Value"/>.</summary>
    /// <param name="scores">Scores of any shape, without gradient. May be overwritten and returned: they are a scratch copy.</param>
    /// <returns>A tensor of the same shape: a new one or <paramref name="scores"/> overwritten.</returns>
    public virtual Tensor Derivative(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        Tensor leaf = scores.detach().requires_grad_(true);
        return scope.MoveToOuter(autograd.grad([Value(leaf).sum()], [leaf])[0]);
    }

    /// <summary>A score at which the value is 0, to take a pair out of a sum; null (the default) if there is none that is always safe.</summary>
    internal virtual double? Neutral => null;

    /// <summary>The sum of the values, a scalar, and the derivatives; overwrites the scores. For one pass where both share their work.</summary>
    internal virtual (Tensor Sum, Tensor Derivatives) SumAndDifferentiate(Tensor scores)
    {
        using var scope = NewDisposeScope();
        Tensor sum = Value(scores).sum();
        return (scope.MoveToOuter(sum), scope.MoveToOuter(Derivative(scores)));
    }
}
