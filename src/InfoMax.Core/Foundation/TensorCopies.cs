using static TorchSharp.torch;

namespace InfoMax.Foundation;

/// <summary>Copies of modules' parameters or buffers, to be put back. The modules must keep the tensors they have, and no graph that is
/// still to be differentiated may hold them when they are put back.</summary>
internal sealed class TensorCopies : IDisposable
{
    private readonly List<(Tensor Original, Tensor Copy)> _copies = [];

    private TensorCopies(IEnumerable<Tensor> tensors)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (Tensor tensor in tensors)
        {
            _copies.Add((tensor, tensor.detach().clone().DetachFromDisposeScope()));
        }
    }

    /// <summary>Of some tensors.</summary>
    public static TensorCopies Of(params IEnumerable<Tensor> tensors) => new(tensors);

    /// <summary>Of buffers alone: running statistics, moving averages.</summary>
    public static TensorCopies OfBuffers(params IEnumerable<nn.Module> modules) => new(modules.SelectMany(module => module.buffers()));

    /// <summary>Of parameters and buffers.</summary>
    public static TensorCopies OfState(params IEnumerable<nn.Module> modules) =>
        new(modules.SelectMany(module => module.parameters().Concat(module.buffers())));

    /// <summary>Copies again.</summary>
    public void Renew()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Tensor original, Tensor copy) in _copies)
        {
            copy.copy_(original);
        }
    }

    /// <summary>Puts the copies back.</summary>
    public void Restore()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Tensor original, Tensor copy) in _copies)
        {
            original.copy_(copy);
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor copy) in _copies)
        {
            copy.Dispose();
        }
    }
}
