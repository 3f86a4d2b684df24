using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>Copies of modules' buffers (running statistics, moving averages), to be put back if what follows is not to count.</summary>
internal sealed class BufferSnapshot : IDisposable
{
    private readonly List<(Tensor Buffer, Tensor Copy)> _copies = [];

    public BufferSnapshot(params ReadOnlySpan<nn.Module> modules)
    {
        using var noGrad = no_grad();
        foreach (nn.Module module in modules)
        {
            foreach (Tensor buffer in module.buffers())
            {
                _copies.Add((buffer, buffer.clone().DetachFromDisposeScope()));
            }
        }
    }

    /// <summary>Puts the copies back.</summary>
    public void Restore()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Tensor buffer, Tensor copy) in _copies)
        {
            buffer.copy_(copy);
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
