using static TorchSharp.torch;

namespace InfoMax.Estimators;

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
}
