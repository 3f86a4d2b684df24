using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Priors;

/// <summary>A prior made from functions: see <see cref="Prior.Custom"/>.</summary>
internal sealed class DelegatePrior(string name, Func<long, long, Generator, Tensor> sample, Func<Tensor, Tensor>? squash) : Prior
{
    public override string Name => name;

    public override Tensor Sample(long count, long units, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        NativeBackend.EnsureLoadable();
        using var scope = NewDisposeScope();
        Tensor samples = sample(count, units, generator);
        if (samples is null || samples.dim() != 2 || samples.shape[0] != count || samples.shape[1] != units || !samples.is_floating_point())
        {
            throw new InvalidOperationException(
                $"Expected the prior \"{name}\" to sample a floating-point tensor [{count}, {units}], got " +
                $"{(samples is null ? "null" : TensorGuard.Describe(samples))}.");
        }

        return scope.MoveToOuter(samples);
    }

    public override Tensor Squash(Tensor codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        if (squash is null)
        {
            return base.Squash(codes);
        }

        using var scope = NewDisposeScope();
        Tensor squashed = squash(codes);
        return scope.MoveToOuter(ReferenceEquals(squashed, codes) ? codes.alias() : squashed);
    }
}
