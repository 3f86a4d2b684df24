using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>
/// The reference that is subtracted from scores before they are exponentiated, so that nothing overflows. It rises with larger scores: on
/// the CPU only when necessary, on other devices with each tile, since reading a score there would synchronize.
/// </summary>
internal sealed class RunningReference
{
    /// <summary>How far scores may exceed the reference: e^30 times the number of scores is far from the largest float32.</summary>
    private const double Slack = 30;

    private readonly bool _onCpu;
    private double _current = double.NegativeInfinity;

    public RunningReference(ScalarType dtype, Device device)
    {
        _onCpu = device.type == DeviceType.CPU;
        Value = full([], double.NegativeInfinity, dtype: dtype, device: device);
    }

    /// <summary>The reference, a scalar that later calls change; the lowest finite number while all scores are masked.</summary>
    public Tensor Value { get; }

    /// <summary>Raises the reference if some scores need that.</summary>
    /// <param name="scores">The next scores.</param>
    /// <returns>The factor for all that was gathered under the reference before; null if it stays.</returns>
    public Tensor? Raise(Tensor scores)
    {
        Tensor maximum = scores.max();
        if (_onCpu)
        {
            double largest = maximum.to(ScalarType.Float64).item<double>();
            // NaN raises too, and so reaches the result.
            if (largest <= _current + Slack && _current > double.MinValue)
            {
                return null;
            }

            _current = Math.Max(largest, Lowest(Value.dtype));
        }

        Tensor raised = TorchSharp.torch.maximum(Value, maximum).clamp_(min: Lowest(Value.dtype));
        Tensor decay = Value.sub(raised).exp_();
        Value.copy_(raised);
        return decay;
    }

    /// <summary>The lowest finite number.</summary>
    public static double Lowest(ScalarType dtype) => dtype == ScalarType.Float64 ? double.MinValue : float.MinValue;
}
