using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <inheritdoc cref="Augmentation.GaussianBlur"/>
internal sealed class GaussianBlur(double probability, double minSigma, double maxSigma) : Augmentation
{
    private const double Reach = 3;

    private readonly double _probability = RandomImages.Share(probability, nameof(probability));
    private readonly double _minSigma = OptionGuard.Positive(minSigma, nameof(minSigma));
    private readonly double _maxSigma = OptionGuard.Positive(maxSigma, nameof(maxSigma)) >= minSigma
        ? maxSigma
        : throw new ArgumentOutOfRangeException(
            nameof(maxSigma), maxSigma, FormattableString.Invariant($"Expected at least {nameof(minSigma)}, {minSigma}."));

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
            _probability, batch, generator, images => Blur(images, RandomImages.Draw(_minSigma, _maxSigma, images, generator))));
    }

    private Tensor Blur(Tensor images, Tensor sigma)
    {
        Tensor rows = Along(images, sigma, dimension: 2);
        return Along(rows, sigma, dimension: 3).clamp_(-1, 1);
    }

    private Tensor Along(Tensor images, Tensor sigma, int dimension)
    {
        long length = images.shape[dimension];
        int reach = (int)Math.Min(Math.Ceiling(Reach * _maxSigma), length);
        Tensor offsets = arange(-reach, reach + 1, images.dtype, images.device);
        Tensor weights = offsets.div(sigma.view(-1, 1)).pow(2).mul_(-0.5).softmax(1).view(-1, (2 * reach) + 1, 1, 1, 1);
        Tensor before = images.narrow(dimension, 0, reach).flip(dimension);
        Tensor after = images.narrow(dimension, length - reach, reach).flip(dimension);
        Tensor padded = cat([before, images, after], dimension);
        // A few passes over the batch, one for each offset: a convolution with a kernel for each example is no faster.
        Tensor sum = padded.narrow(dimension, 0, length).mul(weights.select(1, 0));
        for (int k = 1; k <= 2 * reach; k++)
        {
            using var pass = NewDisposeScope();
            sum.addcmul_(padded.narrow(dimension, k, length), weights.select(1, k), 1);
        }

        return sum;
    }
}
