using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Blurs some images, each with a Gaussian of its own width.</summary>
/// <remarks>Beyond its border an image is reflected, outermost pixels included, so that its mean stays. The Gaussian is cut at three times <see cref="MostSigma"/>. Default widths: Chen et al., 2020 (SimCLR), for images of about 224 pixels; take less for small ones.</remarks>
public sealed record GaussianBlur : Augmentation
{
    private const double Reach = 3;

    /// <summary>Probability that an image is blurred.</summary>
    /// <value>In [0, 1]; default 0.5.</value>
    public double Probability
    {
        get;
        init => field = RandomImages.Share(value, nameof(Probability));
    } = 0.5;

    /// <summary>The smallest standard deviation, in pixels.</summary>
    /// <value>Finite, above 0; default 0.1. At most <see cref="MostSigma"/> when applied.</value>
    public double LeastSigma
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(LeastSigma));
    } = 0.1;

    /// <summary>The largest standard deviation, in pixels.</summary>
    /// <value>Finite, above 0; default 2.</value>
    public double MostSigma
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(MostSigma));
    } = 2;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch is not <c>[N, C, H, W]</c> of floating point.</exception>
    /// <exception cref="InvalidOperationException"><see cref="LeastSigma"/> is above <see cref="MostSigma"/>.</exception>
    public override Tensor Apply(Tensor batch, Generator generator)
    {
        RandomImages.Check(batch, generator);
        if (LeastSigma > MostSigma)
        {
            throw new InvalidOperationException($"Expected {nameof(LeastSigma)} of at most {nameof(MostSigma)}, got {LeastSigma} and {MostSigma}.");
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(RandomImages.Some(Probability, batch, generator, images => Blur(images, RandomImages.Draw(LeastSigma, MostSigma, images, generator))));
    }

    private Tensor Blur(Tensor images, Tensor sigma)
    {
        Tensor rows = Along(images, sigma, dimension: 2);
        return Along(rows, sigma, dimension: 3).clamp_(-1, 1);
    }

    private Tensor Along(Tensor images, Tensor sigma, int dimension)
    {
        long length = images.shape[dimension];
        int reach = (int)Math.Min(Math.Ceiling(Reach * MostSigma), length);
        Tensor offsets = arange(-reach, reach + 1, images.dtype, images.device);
        Tensor weights = offsets.div(sigma.view(-1, 1)).pow(2).mul_(-0.5).softmax(1).view(-1, (2 * reach) + 1, 1, 1, 1);
        Tensor padded = cat([images.narrow(dimension, 0, reach).flip(dimension), images, images.narrow(dimension, length - reach, reach).flip(dimension)], dimension);
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
