namespace InfoMax.Training.Memory;

/// <summary>Bytes that the forward pass of a batch leaves in memory for the backward pass.</summary>
/// <param name="Examples">Examples in the batch.</param>
/// <param name="Encoder">Bytes of the encoder, its output included.</param>
/// <param name="Loss">Bytes of the loss.</param>
/// <param name="Outputs">Bytes of the encoder's output.</param>
/// <param name="Graded">Bytes of local maps and global vectors in it, which get gradients from the loss.</param>
/// <param name="Layers">Bytes of the outputs of the encoder's layers, in the order in which they ran.</param>
/// <param name="LossLayers">Bytes of the outputs of the loss's layers.</param>
internal sealed record ActivationReading(
    long Examples, long Encoder, long Loss, long Outputs, long Graded, IReadOnlyList<long> Layers, IReadOnlyList<long> LossLayers)
{
    /// <summary>So large that sums of several do not overflow.</summary>
    private const double Max = 1L << 58;

    /// <summary>The smaller of the bytes of encoder and loss.</summary>
    public long Smaller => Math.Min(Encoder, Loss);

    /// <summary>
    /// Bytes that the backward pass needs at its peak beyond those of the forward pass: gradients of a layer's output and input, when the
    /// activations of later layers are already freed.
    /// </summary>
    public long Backward => Math.Max(Math.Max(2 * Graded, Beyond(Loss, LossLayers)), Beyond(Encoder, Layers) - Loss);

    /// <summary>
    /// Medians of several readings of one batch, for encoder and loss: the rest of the process takes and frees memory too.
    /// </summary>
    public static ActivationReading Median(IReadOnlyList<ActivationReading> readings) => readings[0] with
    {
        Encoder = readings.Select(r => r.Encoder).Order().ElementAt(readings.Count / 2),
        Loss = readings.Select(r => r.Loss).Order().ElementAt(readings.Count / 2),
    };

    /// <summary>
    /// A quantity at another batch size, from readings of growing size: linear, or quadratic if it may grow like pairs and does.
    /// </summary>
    public static long Extrapolate(
        IReadOnlyList<ActivationReading> readings, Func<ActivationReading, long> of, long examples, bool pairs = false)
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
        double slope = Slope(low, high, of);
        double curve = readings.Count < 3 || !pairs
            ? 0
            : (slope - Slope(readings[^3], low, of)) / (high.Examples - readings[^3].Examples);
        // Below a twentieth it is the granularity of the allocator.
        double value = curve * high.Examples * high.Examples > 0.05 * of(high)
            ? of(high) + (slope * (examples - high.Examples)) + (curve * (examples - high.Examples) * (examples - low.Examples))
            : of(high) + (slope * (examples - high.Examples));
        return (long)Math.Clamp(value, 0, Max);
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

    private static double Slope(ActivationReading low, ActivationReading high, Func<ActivationReading, long> of) =>
        (double)(of(high) - of(low)) / (high.Examples - low.Examples);
}
