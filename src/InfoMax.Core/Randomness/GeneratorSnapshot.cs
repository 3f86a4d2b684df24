using static TorchSharp.torch;

namespace InfoMax.Randomness;

/// <summary>States of TorchSharp's global generator and of modules' own, to be put back so that what is drawn in between is drawn
/// again.</summary>
internal sealed class GeneratorSnapshot : IDisposable
{
    private readonly Tensor _global;
    private readonly List<(RandomSource Source, Tensor? State)> _own = [];

    public GeneratorSnapshot(params ReadOnlySpan<nn.Module> modules)
    {
        _global = random.get_rng_state().DetachFromDisposeScope();
        foreach (nn.Module module in modules)
        {
            foreach (RandomSource source in module.modules().OfType<RandomSource>())
            {
                // One that nobody has used has no state, and draws its seed at the first use.
                _own.Add((source, source.IsUsed ? source.Generator.get_state().DetachFromDisposeScope() : null));
            }
        }
    }

    /// <summary>Puts the states back; may be called several times.</summary>
    public void Restore()
    {
        random.set_rng_state(_global);
        foreach ((RandomSource source, Tensor? state) in _own)
        {
            if (state is null)
            {
                source.Forget();
            }
            else
            {
                source.Generator.set_state(state);
            }
        }
    }

    public void Dispose()
    {
        _global.Dispose();
        _own.ForEach(o => o.State?.Dispose());
    }
}
