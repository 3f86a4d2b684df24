using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>
/// Uniform in the unit ball (paper, section on prior matching). Codes keep their direction; their length r becomes r/√(1 + r²), which is
/// below 1 and smooth at 0.
/// </summary>
internal sealed class BallPrior : Prior
{
    public override string Name => "ball";

    public override Tensor Sample(long count, long units, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        // The volume within radius r grows as r to the power of the number of dimensions.
        Tensor radius = rand(count, 1, generator: generator).pow(1.0 / units);
        return scope.MoveToOuter(SpherePrior.Direction(randn(count, units, generator: generator)).mul(radius));
    }

    public override Tensor Squash(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(codes.div(codes.square().sum(1, keepdim: true).add(1.0).sqrt()));
    }
}
