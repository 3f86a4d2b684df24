using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>Independent uniform units on [0, 1], with codes squashed by a sigmoid (paper, section on prior matching).</summary>
internal sealed class UniformPrior : Prior
{
    public override string Name => "uniform";

    public override Tensor Sample(long count, long units, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NativeBackend.EnsureLoadable();
        return rand(count, units, generator: generator);
    }

    public override Tensor Squash(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        return codes.sigmoid();
    }
}
