using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>A score function given as delegates; what they return is checked.</summary>
internal sealed class DelegateFunction(Func<Tensor, Tensor> value, Func<Tensor, Tensor>? derivative) : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        Tensor result = Checked(value(scores), scores, nameof(value));
        return scope.MoveToOuter(ReferenceEquals(result, scores) ? scores.alias() : result);
    }

    public override Tensor Derivative(Tensor scores)
    {
        if (derivative is null)
        {
            return base.Derivative(scores);
        }

        using var scope = NewDisposeScope();
        // The caller overwrites what it gets, which must not be a tensor that the delegate keeps.
        Tensor result = Checked(derivative(scores), scores, nameof(derivative));
        return ReferenceEquals(result, scores) ? scores : scope.MoveToOuter(result.clone());
    }

    private static Tensor Checked(Tensor? result, Tensor scores, string name) =>
        result is not null && result.dtype == scores.dtype && result.shape.AsSpan().SequenceEqual(scores.shape)
            ? result
            : throw new InvalidOperationException(
                $"Expected the {name} of a score function to have the shape and dtype of the scores, {TensorGuard.Describe(scores)}, got " +
                $"{(result is null ? "null" : TensorGuard.Describe(result))}.");
}
