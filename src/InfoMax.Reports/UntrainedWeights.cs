using InfoMax.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Reports;

/// <summary>Brings a network to a state as before training.</summary>
internal static class UntrainedWeights
{
    /// <summary>
    /// Draws linear and convolution layers anew, as PyTorch initializes them, and sets normalization layers to their start. Every other
    /// parameter is drawn anew with the mean and deviation that it has.
    /// </summary>
    public static void Draw(nn.Module module, int seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        RandomStream stream = RandomStream.Of(seed, "untrained weights");
        using Generator generator = stream.Of("other parameters").Generator();
        var known = new HashSet<IntPtr>();
        foreach ((Tensor weight, Tensor? bias) in Initialization.Weights(module))
        {
            known.Add(weight.Handle);
            known.Add(bias?.Handle ?? IntPtr.Zero);
        }

        foreach (nn.Module child in module.modules().Prepend(module))
        {
            if (child is BatchNorm batch)
            {
                batch.reset_running_stats();
            }
        }

        foreach (Tensor parameter in module.parameters().Where(p => !known.Contains(p.Handle)))
        {
            if (parameter.dim() <= 1)
            {
                // The weight of a normalization layer starts at 1, its bias at 0: whichever is nearer.
                parameter.fill_(parameter.mean().item<float>() > 0.5f ? 1 : 0);
            }
            else
            {
                double deviation = parameter.std(unbiased: false).item<float>();
                parameter.copy_(
                    randn(parameter.shape, generator: generator).mul(deviation).add(parameter.mean().cpu()).to(parameter.dtype));
            }
        }

        Initialization.Reset(module, stream.Of("layers"));
    }
}
