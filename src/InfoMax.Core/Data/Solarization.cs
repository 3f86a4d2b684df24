using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Inverts the bright pixels of some images.</summary>
/// <remarks>Source of the recipe: Grill et al., 2020 (BYOL), who do it to one image in five of one of two views.</remarks>
public sealed record Solarization : Augmentation
{
    /// <summary>Probability that an image is changed.</summary>
    /// <value>In [0, 1]; default 0.2.</value>
    public double Probability
    {
        get;
        init => field = RandomImages.Share(value, nameof(Probability));
    } = 0.2;

    /// <summary>The value from which on pixels are inverted, each channel by itself.</summary>
    /// <value>In [−1, 1]; default 0, the middle.</value>
    public double Threshold
    {
        get;
        init => field = value is >= -1 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Threshold), value, "Expected a number in [−1, 1].");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c> of floating point.</exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(RandomImages.Some(Probability, batch, generator, images => where(images.ge(Threshold), images.neg(), images)));
    }
}
