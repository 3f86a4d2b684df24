using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Foundation;

/// <summary>Leaves the parameters of modules out of the graphs that are built while this is open. Gradients still pass through the modules
/// to their input.</summary>
internal sealed class FrozenParameters : IDisposable
{
    private readonly Parameter[] _trained;

    public FrozenParameters(params IEnumerable<nn.Module> modules)
    {
        _trained = [.. modules.SelectMany(module => module.parameters()).Where(p => p.requires_grad)];
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
