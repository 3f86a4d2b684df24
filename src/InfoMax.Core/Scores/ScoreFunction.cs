using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// A function of a score, applied to each score separately, such as the two sides of a variational divergence. <see cref="ScoreFunctions"/>
/// has the common ones; <see cref="From"/> makes one from a formula. Or derive and override <see cref="Value"/>, and <see
/// cref="Derivative"/> for speed.
/// </summary>
/// <remarks>Implementations are stateless and may be called from several threads at once.</remarks>
public abstract class ScoreFunction
{
    /// <summary>Makes a score function from a formula.</summary>
    /// <param name="value">The function, elementwise and differentiable by TorchSharp, such as <c>u => u - u.exp()</c>.</param>
    /// <param name="derivative">
    /// Its derivative, elementwise, such as <c>u => 1 - u.exp()</c>; null (the default) differentiates <paramref name="value"/>.
    /// </param>
    /// <returns>The function. Intermediate tensors of the formulas are disposed.</returns>
    /// <remarks>Second derivatives (<c>create_graph</c>) come from <paramref name="value"/>, so no formula for them is needed.</remarks>
    public static ScoreFunction From(Func<Tensor, Tensor> value, Func<Tensor, Tensor>? derivative = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new DelegateFunction(value, derivative);
    }

    /// <summary>The function, elementwise.</summary>
    /// <param name="scores">Scores of any shape.</param>
    /// <returns>
    /// A new tensor of the shape and dtype of <paramref name="scores"/>, differentiable; never <paramref name="scores"/> itself.
    /// </returns>
    public abstract Tensor Value(Tensor scores);

    /// <summary>The derivative, elementwise, without a graph. The default differentiates <see cref="Value"/>.</summary>
    /// <param name="scores">Scores of any shape, without gradient: a scratch copy that may be overwritten and returned.</param>
    /// <returns>A tensor of the shape of <paramref name="scores"/>: a new one, or <paramref name="scores"/> overwritten.</returns>
    public virtual Tensor Derivative(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        Tensor leaf = scores.detach().requires_grad_(true);
        Tensor sum = Value(leaf).sum();
        // The gradient of a sum may be one number expanded, which callers could not overwrite.
        return scope.MoveToOuter(sum.requires_grad ? autograd.grad([sum], [leaf])[0].contiguous() : zeros_like(scores));
    }

    /// <summary>
    /// A score whose value is 0, which takes a pair out of a sum; null (the default) if there is none that is always safe.
    /// </summary>
    internal virtual double? Neutral => null;

    /// <summary>The sum of the values, a scalar, and the derivatives, in one pass that may share work; overwrites the scores.</summary>
    internal virtual (Tensor Sum, Tensor Derivatives) SumAndDifferentiate(Tensor scores)
    {
        using var scope = NewDisposeScope();
        Tensor sum = Value(scores).sum();
        return (scope.MoveToOuter(sum), scope.MoveToOuter(Derivative(scores)));
    }
}
