using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// Keeps scores between −limit and limit smoothly: limit · tanh(u / limit), for <see cref="ScoreMatrix.Map"/>.
/// </summary>
/// <remarks>
/// It bounds every exponential, and with them variance and gradients. It biases an estimate downwards where the log density ratio exceeds the limit, and the gradient of a score fades as it nears the limit: take one well above the
/// mutual information that is expected. Source: Bachman et al., "Learning representations by maximizing mutual information across views" (AMDIM), 2019, with a limit of 20.
/// </remarks>
public sealed class SoftClipFunction : ScoreFunction
{
    /// <summary>Creates the function.</summary>
    /// <param name="limit">The limit, finite and positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not finite or not positive.</exception>
    public SoftClipFunction(double limit)
    {
        if (!double.IsFinite(limit) || limit <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "Expected a finite, positive limit.");
        }

        Limit = limit;
    }

    /// <summary>The limit.</summary>
    public double Limit { get; }

    /// <inheritdoc/>
    public override Tensor Value(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.div(Limit).tanh().mul(Limit));
    }

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(scores.div_(Limit).tanh_().pow_(2).neg_().add_(1.0));
    }
}
