using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Random mirror images and quarter turns: for images without an up and down, such as those of satellites and microscopes.</summary>
/// <remarks>Pixels stay as they are, nothing is resampled. With the defaults each of the eight orientations is as likely.</remarks>
public sealed record ImageOrientation : Augmentation
{
    /// <summary>Probability that left and right change places.</summary>
    /// <value>In [0, 1]; default 0.5.</value>
    public double Mirror
    {
        get;
        init => field = RandomImages.Share(value, nameof(Mirror));
    } = 0.5;

    /// <summary>Probability that top and bottom change places.</summary>
    /// <value>In [0, 1]; default 0.5.</value>
    public double VerticalMirror
    {
        get;
        init => field = RandomImages.Share(value, nameof(VerticalMirror));
    } = 0.5;

    /// <summary>Whether images are turned by 0, 90, 180 or 270 degrees, each as likely. Images must be square then.</summary>
    /// <value>By default true.</value>
    public bool QuarterTurns { get; init; } = true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c> of floating point, or not square and to be turned.</exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        if (QuarterTurns && batch.shape[2] != batch.shape[3])
        {
            throw new ArgumentException($"Expected square images, for quarter turns, got {TensorGuard.Describe(batch)}.", nameof(batch));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor mirrored = where(RandomImages.Flags(Mirror, batch, generator), batch.flip(3), batch);
        Tensor images = where(RandomImages.Flags(VerticalMirror, batch, generator), mirrored.flip(2), mirrored);
        if (QuarterTurns)
        {
            images = where(RandomImages.Flags(0.5, batch, generator), images.transpose(2, 3).flip(2), images);
            images = where(RandomImages.Flags(0.5, batch, generator), images.flip(2, 3), images);
        }

        return scope.MoveToOuter(images);
    }
}
