using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Numerics;

/// <summary>Leaves a module's parameters out of the graphs that are built while this is open. Gradients still pass through the module to its input.</summary>
internal sealed class FrozenParameters : IDisposable
{
    private readonly Parameter[] _trained;

    public FrozenParameters(nn.Module module)
    {
        _trained = [.. module.parameters().Where(p => p.requires_grad)];
        Set(false);
    }

    public void Dispose() => Set(true);

    private void Set(bool trained)
    {
        foreach (Parameter parameter in _trained)
        {
            parameter.requires_grad = trained;
        }
    }
}
