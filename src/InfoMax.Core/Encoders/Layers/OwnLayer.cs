using System.Text.RegularExpressions;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders.Layers;

/// <summary>A user's module; running it shows the shape of its output.</summary>
internal sealed partial class OwnLayer(
    string name, Func<IReadOnlyList<long>, nn.Module<Tensor, Tensor>> create, WeightInitialization? initial) : Layer
{
    internal override string Kind => name;

    internal override WeightInitialization? Weights => initial;

    public override string ToString() => $"Of(\"{name}\")";

    internal override IEnumerable<string> Faults()
    {
        if (name is null || !SnakeCase().IsMatch(name))
        {
            yield return "the name must be snake_case: small letters, digits and underscores, a letter first";
        }
    }

    internal override LayerShape? Output(LayerShape input, Action<string> fault)
    {
        using nn.Module<Tensor, Tensor>? module = create(input.Sizes);
        if (module is null)
        {
            fault("its function gave no module");
            return null;
        }

        module.eval();
        // Unknown sizes are tried with two values: output sizes that differ are unknown too.
        (long first, long second) = input.SpatialDimensions < 3 ? (64L, 96L) : (16L, 24L);
        if (Run(module, input, first, fault) is not { } sizes)
        {
            return null;
        }

        if (!input.IsKnown)
        {
            if (Run(module, input, second, fault) is not { } others || others.Length != sizes.Length)
            {
                return null;
            }

            sizes = [.. sizes.Zip(others, (a, b) => a == b ? a : -1)];
        }

        if (sizes[0] > 0)
        {
            return input with { Sizes = sizes };
        }

        fault("the number of its output channels depends on the size of its input");
        return null;
    }

    internal override nn.Module<Tensor, Tensor> Build(LayerShape input) => create(input.Sizes);

    private static long[]? Run(nn.Module<Tensor, Tensor> module, LayerShape input, long unknown, Action<string> fault)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long[] shape = [2, .. input.Sizes.Select(s => s < 0 ? unknown : s)];
        try
        {
            long[] output = module.call(zeros(shape)).shape;
            if (output.Length is >= 2 and <= 5 && output[0] == 2 && output.All(s => s > 0))
            {
                return output[1..];
            }

            fault($"gave {TensorGuard.Shape(output)} for inputs {TensorGuard.Shape(shape)}; expected [2, D] or [2, C, *spatial]");
        }
        catch (Exception exception) when (
            exception is System.Runtime.InteropServices.ExternalException or ArgumentException or InvalidOperationException)
        {
            fault($"cannot run on inputs {TensorGuard.Shape(shape)}: {exception.Message.Split('\n')[0]}");
        }

        return null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex SnakeCase();
}
