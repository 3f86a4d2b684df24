using static TorchSharp.torch;

namespace InfoMax.Foundation;

/// <summary>Remembers which modules of a network are in training mode; <see cref="Dispose"/> puts each back.</summary>
internal sealed class ModuleModes(nn.Module network) : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes = [
        .. network.modules().Prepend(network).Select(module => (module, module.training))];

    public void Dispose()
    {
        // train() reaches the children too, so every module is set after the modules that contain it.
        foreach ((nn.Module module, bool training) in _modes)
        {
            module.train(training);
        }
    }
}
