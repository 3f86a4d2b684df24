using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>Copies of the outputs of named submodules, taken by forward hooks while a module runs.</summary>
internal sealed class ModuleTaps
{
    private const int NamesShown = 30;

    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly string[] _taps;
    private Dictionary<string, Tensor>? _kept;

    /// <summary>Hooks the submodules.</summary>
    /// <param name="module">The module.</param>
    /// <param name="taps">Dotted names of submodules, each with the argument it came from.</param>
    /// <exception cref="ArgumentException">There is no submodule of a name, or it does not give one tensor.</exception>
    public ModuleTaps(nn.Module<Tensor, Tensor> module, IReadOnlyList<(string Tap, string Argument)> taps)
    {
        _module = module;
        _taps = [.. taps.Select(tap => tap.Tap).Distinct(StringComparer.Ordinal)];
        Dictionary<string, nn.Module> children = module.named_modules().Where(child => child.name.Length > 0).DistinctBy(
            child => child.name).ToDictionary(child => child.name, child => child.module);
        foreach ((string tap, string argument) in taps)
        {
            if (tap is null || !children.TryGetValue(tap, out nn.Module? child))
            {
                string names = string.Join(", ", children.Keys.Take(NamesShown)) + (
                    children.Count > NamesShown ? $" and {children.Count - NamesShown} more" : string.Empty);
                throw new ArgumentException($"Expected the name of a submodule, one of {names}; got \"{tap}\".", argument);
            }

            if (child is not (nn.Module<Tensor, Tensor> or nn.Module<Tensor, Tensor, Tensor> or nn.Module<Tensor, Tensor, Tensor, Tensor>))
            {
                throw new ArgumentException(
                    $"Expected a submodule that gives one tensor from one to three, got \"{tap}\", a {child.GetType().Name}.", argument);
            }
        }

        foreach (string tap in _taps)
        {
            switch (children[tap])
            {
                case nn.Module<Tensor, Tensor> one:
                    one.register_forward_hook((_, _, output) => Keep(tap, output));
                    break;
                case nn.Module<Tensor, Tensor, Tensor> two:
                    two.register_forward_hook((_, _, _, output) => Keep(tap, output));
                    break;
                case nn.Module<Tensor, Tensor, Tensor, Tensor> three:
                    three.register_forward_hook((_, _, _, _, output) => Keep(tap, output));
                    break;
            }
        }
    }

    /// <summary>Runs the module. Its output and the copies belong to the open dispose scope.</summary>
    /// <exception cref="InvalidOperationException">A tapped submodule did not run, or gave no tensor.</exception>
    public (Tensor Output, Dictionary<string, Tensor> Taps) Run(Tensor input)
    {
        var kept = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        _kept = kept;
        try
        {
            Tensor output = _module.call(input);
            if (_taps.FirstOrDefault(tap => !kept.ContainsKey(tap)) is { } missing)
            {
                throw new InvalidOperationException(
                    $"The submodule \"{missing}\" gave no tensor in this forward pass. It has to run each time, through call(): hooks do " +
                        $"not see forward().");
            }

            // Handles of this scope; the kept ones belong to no scope.
            return (output, kept.ToDictionary(tap => tap.Key, tap => tap.Value.alias(), StringComparer.Ordinal));
        }
        finally
        {
            _kept = null;
            foreach (Tensor tensor in kept.Values)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>
    /// Keeps a copy, since parents may dispose their handle and the next layer may work in place. The last of several runs in one pass is
    /// kept.
    /// </summary>
    private Tensor Keep(string tap, Tensor output)
    {
        if (_kept is not null && output is not null)
        {
            _kept.Remove(tap, out Tensor? earlier);
            earlier?.Dispose();
            _kept[tap] = output.clone().DetachFromDisposeScope();
        }

        return output!;
    }
}
