using static TorchSharp.torch;

namespace InfoMax.Data;

/// <inheritdoc cref="Augmentation.Solarization"/>
internal sealed class Solarization(double probability, double threshold) : Augmentation
{
    private readonly double _probability = RandomImages.Share(probability, nameof(probability));
    private readonly double _threshold = threshold is >= -1 and <= 1
        ? threshold
        : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Expected a number in [−1, 1].");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The batch is not <c>[N, C, H, W]</c> of floating point, or has pixels outside [−1, 1].
    /// </exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        RandomImages.CheckRange(batch);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(RandomImages.Some(
            _probability, batch, generator, images => where(images.ge(_threshold), images.neg(), images)));
    }
}
