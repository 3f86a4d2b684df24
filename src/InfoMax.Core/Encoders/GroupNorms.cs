using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>Group normalization in users' modules. TorchSharp 0.107 makes its weights of memory that it does not set.</summary>
internal static class GroupNorms
{
    private const double SmallestNormal = 1.17549435E-38, Smallest = 0.1;

    /// <summary>Sets every group normalization at and under a module to the identity: weight 1, bias 0.</summary>
    public static void Reset(nn.Module module)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((_, GroupNorm norm) in Of(module))
        {
            norm.weight?.fill_(1);
            norm.bias?.zero_();
        }
    }

    /// <summary>
    /// Throws if a group normalization evidently holds memory that was never set. Zeros pass: a module may start with them.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is such a one.</exception>
    public static void Check(nn.Module module)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, GroupNorm norm) in Of(module))
        {
            if (norm.weight is { } weight && IsUnset(weight, norm.bias ?? weight))
            {
                throw new InvalidOperationException(
                    $"The GroupNorm \"{name}\" holds memory that was never set: TorchSharp does not initialize its weights. Before " +
                    "the first batch, call " +
                    "nn.init.ones_(norm.weight) and nn.init.zeros_(norm.bias), or load weights.");
            }
        }
    }

    /// <summary>
    /// Unset memory holds pointers: values that are not finite, or small ones, among them some that no computation on weights would leave.
    /// </summary>
    private static bool IsUnset(Tensor weight, Tensor bias)
    {
        Tensor magnitudes = cat([weight.view(-1), bias.view(-1)]).abs().to(ScalarType.Float64);
        return !magnitudes.isfinite().all().item<bool>()
            || (weight.abs().max().to(ScalarType.Float64).item<double>() < Smallest
                && magnitudes.gt(0).logical_and(magnitudes.lt(SmallestNormal)).any().item<bool>());
    }

    private static IEnumerable<(string Name, GroupNorm Norm)> Of(nn.Module module) =>
        module.named_modules().Prepend((string.Empty, module)).Where(child => child.Item2 is GroupNorm).Select(
            child => (child.Item1, (GroupNorm)child.Item2));
}
