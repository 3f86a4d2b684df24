using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>One scalar function of a score matrix, computed in strips (factored scores) or at once (dense scores).</summary>
internal abstract class ScoreKernel
{
    /// <summary>
    /// Computes the value and, where asked, the gradients of <paramref name="expectedScale"/> times the value. Runs without a graph.
    /// </summary>
    /// <param name="factors">The two factors and the sizes.</param>
    /// <param name="offset">
    /// Subtracted from the scores of each global vector, <c>[N, K, 1]</c> or <c>[N, K, L]</c>; null if the kernel takes none.
    /// </param>
    /// <param name="wanted">Which gradients are wanted.</param>
    /// <param name="expectedScale">Factor of the gradients.</param>
    public abstract StreamedResult Stream(Factors factors, Tensor? offset, WantedGradients wanted, double expectedScale);

    /// <summary>The same function by ordinary differentiable operations.</summary>
    public abstract Tensor Explicit(ExplicitScores scores, Tensor? offset);
}

/// <summary>Which inputs need a gradient.</summary>
internal readonly record struct WantedGradients(bool Globals, bool Locals, bool Offset)
{
    /// <summary>Whether a factor needs one.</summary>
    public bool Any => Globals || Locals;
}

/// <summary>
/// The value, a scalar of the scores' dtype; a scalar that is finite only if all positives' scores are; and the gradients that were wanted.
/// </summary>
internal readonly record struct StreamedResult(
    Tensor Value, Tensor PositiveSum, Tensor? GlobalGradient = null, Tensor? LocalGradient = null, Tensor? OffsetGradient = null);
