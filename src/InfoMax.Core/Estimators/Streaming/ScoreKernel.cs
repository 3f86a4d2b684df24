using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>One scalar function of a score matrix, computed in strips (factored scores) or at once (dense scores).</summary>
internal abstract class ScoreKernel
{
    /// <summary>Computes the value and, where asked, the gradients of the value with respect to the factors. Runs without a graph.</summary>
    /// <param name="factors">The two factors and the sizes.</param>
    /// <param name="gradients">Which gradients are wanted.</param>
    public abstract StreamedResult Stream(Factors factors, WantedGradients gradients);

    /// <summary>The same function by ordinary differentiable operations.</summary>
    public abstract Tensor Dense(DenseScores scores);
}

/// <summary>Which factors need a gradient.</summary>
internal readonly record struct WantedGradients(bool Globals, bool Locals)
{
    public bool Any => Globals || Locals;
}

/// <summary>The value, a scalar of the factors' dtype, and the gradients that were wanted.</summary>
internal readonly record struct StreamedResult(Tensor Value, Tensor? GlobalGradient, Tensor? LocalGradient);
