using static TorchSharp.torch;

namespace InfoMax.Evaluation;

/// <summary>A copy of every buffer of some modules, running statistics among them; <see cref="Dispose"/> puts them back. No graph that is still to be differentiated may hold them then.</summary>
internal sealed class BufferState : IDisposable
{
    private readonly List<(Tensor Buffer, Tensor Copy)> _copies = [];

    public BufferState(IEnumerable<nn.Module> modules)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string _, Tensor buffer) in modules.SelectMany(module => module.named_buffers()))
        {
            _copies.Add((buffer, buffer.clone().DetachFromDisposeScope()));
        }
    }

    public void Dispose()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((Tensor buffer, Tensor copy) in _copies)
        {
            buffer.copy_(copy);
            copy.Dispose();
        }
    }
}
