using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <inheritdoc cref="Augmentation.Orientation"/>
internal sealed class ImageOrientation(double mirror, double verticalMirror, bool quarterTurns) : Augmentation
{
    private readonly double _mirror = RandomImages.Share(mirror, nameof(mirror));
    private readonly double _verticalMirror = RandomImages.Share(verticalMirror, nameof(verticalMirror));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The batch is not <c>[N, C, H, W]</c> of floating point, or not square and to be turned.
    /// </exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        if (quarterTurns && batch.shape[2] != batch.shape[3])
        {
            throw new ArgumentException($"Expected square images, for quarter turns, got {TensorGuard.Describe(batch)}.", nameof(batch));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor mirrored = where(RandomImages.Flags(_mirror, batch, generator), batch.flip(3), batch);
        Tensor images = where(RandomImages.Flags(_verticalMirror, batch, generator), mirrored.flip(2), mirrored);
        if (quarterTurns)
        {
            images = where(RandomImages.Flags(0.5, batch, generator), images.transpose(2, 3).flip(2), images);
            images = where(RandomImages.Flags(0.5, batch, generator), images.flip(2, 3), images);
        }

        return scope.MoveToOuter(images);
    }
}
