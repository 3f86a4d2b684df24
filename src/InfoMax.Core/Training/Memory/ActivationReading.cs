
namespace InfoMax.Training.Memory;

/// <summary>What the forward pass of a batch left in memory, in bytes.</summary>
/// <param name="Examples">Examples in the batch.</param>
/// <param name="Encoder">What the encoder left, its output included.</param>
/// <param name="Loss">What the loss left.</param>
/// <param name="Outputs">The encoder's output.</param>
/// <param name="Graded">Local maps and global vectors in it, which the loss gives gradients to.</param>
/// <param name="Layers">Outputs of the encoder's layers, in the order in which they ran.</param>
/// <param name="LossLayers">Outputs of the loss's layers.</param>
internal sealed record ActivationReading(long Examples, long Encoder, long Loss, long Outputs, long Graded, IReadOnlyList<long> Layers, IReadOnlyList<long> LossLayers)
{
    /// <summary>So large that sums of some don't overflow.</summary>
    private const double Most = 1L << 58;

    /// <summary>The smaller of what the encoder and the loss left.</summary>
    public long Least => Math.Min(Encoder, Loss);

    /// <summary>
    /// What the backward pass needs at its worst moment beyond what the forward pass left: gradients of a layer's output and input, while what the layers after it had left is gone already.
    /// </summary>
    public long Backward => Math.Max(Math.Max(2 * Graded, Beyond(Loss, LossLayers)), Beyond(Encoder, Layers) - Loss);

    /// <summary>The middle one of some readings of the same batch, for the encoder and the loss each: the rest of the process takes and gives back memory too.</summary>
    public static ActivationReading Median(IReadOnlyList<ActivationReading> readings) =>
        readings[0] with { Encoder = readings.Select(r => r.Encoder).Order().ElementAt(readings.Count / 2), Loss = readings.Select(r => r.Loss).Order().ElementAt(readings.Count / 2) };

    /// <summary>What a quantity is at another batch size, from readings of growing size: linear, or quadratic if it may grow like pairs of examples, and does.</summary>
    public static long Extrapolate(IReadOnlyList<ActivationReading> readings, Func<ActivationReading, long> of, long examples, bool pairs = false)
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
        double slope = Slope(low, high, of), curve = readings.Count < 3 || !pairs ? 0 : (slope - Slope(readings[^3], low, of)) / (high.Examples - readings[^3].Examples);
        // Below a twentieth it is the granularity of the allocator.
        double value = curve * high.Examples * high.Examples > 0.05 * of(high)
            ? of(high) + (slope * (examples - high.Examples)) + (curve * (examples - high.Examples) * (examples - low.Examples))
            : of(high) + (slope * (examples - high.Examples));
        return (long)Math.Clamp(value, 0, Most);
    }

    private static long Beyond(long total, IReadOnlyList<long> layers)
    {
        double kept = 0, share = (double)total / Math.Max(1, layers.Sum()), most = 0;
        for (int k = 0; k < layers.Count; k++)
        {
            kept += layers[k] * share;
            most = Math.Max(most, kept - total + layers[k] + (k > 0 ? layers[k - 1] : 0));
        }

        return (long)most;
    }

    private static double Slope(ActivationReading low, ActivationReading high, Func<ActivationReading, long> of) => (double)(of(high) - of(low)) / (high.Examples - low.Examples);
}
