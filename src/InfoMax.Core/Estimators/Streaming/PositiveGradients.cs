using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>The part of the factors' gradients that comes from the positive pairs.</summary>
internal static class PositiveGradients
{
    /// <summary>Adds the gradients that follow from the derivatives of the value with respect to the positive scores.</summary>
    /// <param name="factors">The factors.</param>
    /// <param name="byPositive">Derivatives <c>[N, K, L]</c>.</param>
    /// <param name="globalGradient">Gradient <c>[N·K, D]</c> to add to, if wanted.</param>
    /// <param name="localGradient">Gradient <c>[N·L, D]</c> to add to, if wanted.</param>
    public static void Add(Factors factors, Tensor byPositive, Tensor? globalGradient, Tensor? localGradient)
    {
        long n = factors.BatchSize;
        Tensor globals = factors.GlobalRows.view(n, factors.Globals, -1);
        Tensor locals = factors.LocalRows.view(n, factors.Locations, -1);
        globalGradient?.view(n, factors.Globals, -1).add_(byPositive.bmm(locals));
        localGradient?.view(n, factors.Locations, -1).add_(byPositive.transpose(1, 2).bmm(globals));
    }
}
