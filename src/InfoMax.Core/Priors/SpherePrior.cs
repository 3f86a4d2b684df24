using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>Uniform on the unit sphere; codes are divided by their length (paper, section on prior matching).</summary>
internal sealed class SpherePrior : Prior
{
    private const double MinNorm = 1e-12;

    public override string Name => "sphere";

    public override Tensor Sample(long count, long units, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Direction(randn(count, units, generator: generator)));
    }

    public override Tensor Squash(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Direction(codes));
    }

    /// <summary>Rows divided by their lengths.</summary>
    internal static Tensor Direction(Tensor rows) => nn.functional.normalize(rows, p: 2, dim: 1, eps: MinNorm);
}
