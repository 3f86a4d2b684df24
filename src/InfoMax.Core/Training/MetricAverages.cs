using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>Means of metrics over steps, summed on the device so that no step has to wait for it.</summary>
internal sealed class MetricAverages : IDisposable
{
    private readonly Dictionary<string, Tensor> _sums = new(StringComparer.Ordinal);
    private int _steps;

    public int Steps => _steps;

    public void Add(IEnumerable<KeyValuePair<string, Tensor>> metrics)
    {
        using var noGrad = no_grad();
        foreach ((string name, Tensor value) in metrics)
        {
            if (_sums.TryGetValue(name, out Tensor? sum))
            {
                sum.add_(value);
            }
            else
            {
                _sums[name] = value.detach().to(ScalarType.Float64, copy: true).DetachFromDisposeScope();
            }
        }

        _steps++;
    }

    /// <summary>The sums so far, by metric. They stay this object's.</summary>
    public IReadOnlyDictionary<string, Tensor> Sums => _sums;

    /// <summary>Replaces the sums.</summary>
    /// <param name="sums">The sums, float64 scalars. They stay the caller's.</param>
    /// <param name="steps">Number of steps in them.</param>
    /// <param name="device">The device of the metrics to come.</param>
    public void Restore(IReadOnlyDictionary<string, Tensor> sums, int steps, Device device)
    {
        Dispose();
        foreach ((string name, Tensor sum) in sums)
        {
            _sums[name] = sum.to(device, copy: true).DetachFromDisposeScope();
        }

        _steps = steps;
    }

    /// <summary>The means so far; resets the sums.</summary>
    public Dictionary<string, double> Take()
    {
        using var scope = NewDisposeScope();
        var means = _sums.ToDictionary(s => s.Key, s => s.Value.cpu().item<double>() / _steps);
        Dispose();
        return means;
    }

    public void Dispose()
    {
        foreach (Tensor sum in _sums.Values)
        {
            sum.Dispose();
        }

        _sums.Clear();
        _steps = 0;
    }
}
