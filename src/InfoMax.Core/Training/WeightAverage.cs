using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>
/// An exponential moving average of an encoder's parameters and floating-point buffers over the steps; integer buffers are those of the
/// last step.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly nn.Module _encoder;
    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _average = new(StringComparer.Ordinal);

    public WeightAverage(nn.Module encoder, double decay)
    {
        (_encoder, _decay) = (encoder, decay);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor value) in encoder.state_dict())
        {
            _average[name] = value.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>The averages under the names of the encoder's <c>state_dict()</c>. They stay this object's.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => _average;

    /// <summary>
    /// Takes in the weights after a step. At the beginning the average follows more quickly, as if the decay were (1 + n) / (10 + n).
    /// </summary>
    /// <param name="step">Steps done, from 1.</param>
    public void Update(long step)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        foreach ((string name, Tensor value) in _encoder.state_dict())
        {
            Tensor average = _average[name];
            if (average.is_floating_point())
            {
                average.lerp_(value.detach(), 1 - decay);
            }
            else
            {
                average.copy_(value);
            }
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _average.Values)
        {
            tensor.Dispose();
        }
    }
}
