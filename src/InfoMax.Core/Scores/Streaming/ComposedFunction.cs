using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>One function after another.</summary>
internal sealed class ComposedFunction(ScoreFunction first, ScoreFunction second) : ScoreFunction
{
    public override Tensor Value(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(second.Value(first.Value(scores)));
    }

    public override Tensor Derivative(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var scope = NewDisposeScope();
        // Value may return a view of its argument, and Derivative may overwrite it.
        Tensor outer = second.Derivative(first.Value(scores).clone());
        return scope.MoveToOuter(outer.mul(first.Derivative(scores)));
    }
}
