namespace InfoMax.Training;

/// <summary>What the forward pass of a batch left in memory, in bytes.</summary>
/// <param name="Examples">Examples in the batch.</param>
/// <param name="Encoder">What the encoder left, its output included.</param>
/// <param name="Loss">What the loss left.</param>
/// <param name="Outputs">The encoder's output.</param>
/// <param name="Layers">Outputs of the encoder's layers, in the order in which they ran.</param>
internal sealed record ActivationReading(long Examples, long Encoder, long Loss, long Outputs, IReadOnlyList<long> Layers)
{
    /// <summary>
    /// What the backward pass of the encoder needs at its worst moment beyond what the forward pass left: gradients of a layer's output and input, while what the layers after it had left is gone already.
    /// </summary>
    public long Backward
    {
        get
        {
            double kept = 0, share = (double)Encoder / Math.Max(1, Layers.Sum()), most = 2.0 * Outputs;
            for (int k = 0; k < Layers.Count; k++)
            {
                kept += Layers[k] * share;
                most = Math.Max(most, kept - Encoder + Layers[k] + (k > 0 ? Layers[k - 1] : 0));
            }

            return (long)most;
        }
    }

    /// <summary>What a quantity is at another batch size, from readings of growing size: linear, or quadratic if it grows like pairs of examples.</summary>
    public static long Extrapolate(IReadOnlyList<ActivationReading> readings, Func<ActivationReading, long> of, long examples)
    {
        if (readings.FirstOrDefault(r => r.Examples == examples) is { } there)
        {
            return Math.Max(0, of(there));
        }

        if (readings.Count == 1)
        {
            return Math.Max(0, of(readings[0])) * examples / readings[0].Examples;
        }

        (ActivationReading low, ActivationReading high) = (readings[^2], readings[^1]);
        double slope = Slope(low, high, of), curve = readings.Count < 3 ? 0 : (slope - Slope(readings[^3], low, of)) / (high.Examples - readings[^3].Examples);
        // Below a twentieth it is the granularity of the allocator.
        double value = curve * high.Examples * high.Examples > 0.05 * of(high)
            ? of(high) + (slope * (examples - high.Examples)) + (curve * (examples - high.Examples) * (examples - low.Examples))
            : of(high) + (slope * (examples - high.Examples));
        return Math.Max(0, (long)value);
    }

    private static double Slope(ActivationReading low, ActivationReading high, Func<ActivationReading, long> of) => (double)(of(high) - of(low)) / (high.Examples - low.Examples);
}
