using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>A copy of every parameter and buffer of a network, to put them back.</summary>
internal sealed class NetworkState : IDisposable
{
    private readonly nn.Module _network;
    private readonly Dictionary<string, Tensor> _copies;

    public NetworkState(nn.Module network)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _network = network;
        _copies = Values(network).ToDictionary(value => value.Name, value => value.Tensor.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>Puts every value back as it was, bit by bit, and drops the gradients.</summary>
    public void Restore()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor tensor) in Values(_network))
        {
            tensor.copy_(_copies[name]);
        }

        DropGradients();
    }

    /// <summary>Drops the gradients that training left with the parameters.</summary>
    public void DropGradients()
    {
        foreach (Parameter parameter in _network.parameters())
        {
            using Tensor? gradient = parameter.grad;
            parameter.grad = null;
        }
    }

    public void Dispose()
    {
        foreach (Tensor copy in _copies.Values)
        {
            copy.Dispose();
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Values(nn.Module network) =>
        network.named_parameters().Select(p => ("p:" + p.name, (Tensor)p.parameter)).Concat(
            network.named_buffers().Select(b => ("b:" + b.name, b.buffer)));
}
