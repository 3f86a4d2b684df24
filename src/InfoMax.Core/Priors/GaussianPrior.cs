using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>Independent standard normal units; codes are not squashed.</summary>
internal sealed class GaussianPrior : Prior
{
    public override string Name => "gaussian";

    public override Tensor Sample(long count, long units, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NativeBackend.EnsureLoadable();
        return randn(count, units, generator: generator);
    }
}
