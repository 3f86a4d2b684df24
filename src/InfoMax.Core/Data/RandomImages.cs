using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Data;

/// <summary>Shared by augmentations of images: checks, and draws on the CPU, one per example.</summary>
internal static class RandomImages
{
    // 1 and the rounding that resampling in bfloat16 may add.
    private const double MaxMagnitude = 1.01;

    /// <summary>Throws unless the batch is <c>[N, C, H, W]</c> of floating point.</summary>
    public static void Check(Tensor batch, Generator generator)
    {
        TensorGuard.NotDisposed(batch);
        TensorGuard.FloatingPoint(batch);
        TensorGuard.HasShape(batch, [-1, -1, -1, -1]);
        ArgumentNullException.ThrowIfNull(generator);
    }

    /// <summary>Throws unless all pixels are in [−1, 1], up to rounding, for augmentations that would cut off the rest.</summary>
    public static void CheckRange(Tensor batch)
    {
        if (batch.numel() == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        (Tensor min, Tensor max) = batch.detach().aminmax();
        Tensor range = stack([min, max]).to(ScalarType.Float64).cpu();
        (double low, double high) = (range[0].item<double>(), range[1].item<double>());
        if (!(low >= -MaxMagnitude && high <= MaxMagnitude))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Expected pixels in [−1, 1], got pixels from {low:G4} to {high:G4}."), nameof(batch));
        }
    }

    /// <summary>The value, if it is in [0, 1].</summary>
    public static double Share(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a number in [0, 1].");

    /// <summary>A number for each example, uniform in [low, high), of the batch's dtype and on its device, <c>[N]</c>.</summary>
    public static Tensor Draw(double low, double high, Tensor batch, Generator generator) =>
        rand(batch.shape[0], generator: generator).mul(high - low).add(low).to(batch.dtype, batch.device);

    /// <summary>Which examples are changed, <c>[N, 1, 1, 1]</c>.</summary>
    public static Tensor Flags(double probability, Tensor batch, Generator generator) =>
        rand(batch.shape[0], generator: generator).lt(probability).to(batch.device).view(-1, 1, 1, 1);

    /// <summary>Changes the examples that are drawn; the others stay bitwise equal.</summary>
    /// <param name="probability">Of each example, in [0, 1].</param>
    /// <param name="batch">Examples <c>[N, *shape]</c>.</param>
    /// <param name="generator">Source of randomness.</param>
    /// <param name="change">Maps examples to as many changed ones.</param>
    /// <returns>A new tensor, in the current dispose scope.</returns>
    public static Tensor Some(double probability, Tensor batch, Generator generator, Func<Tensor, Tensor> change)
    {
        Tensor drawn = rand(batch.shape[0], generator: generator).lt(probability);
        Tensor chosen = drawn.nonzero().view(-1);
        long count = chosen.shape[0];
        if (count == 0)
        {
            return batch.alias();
        }

        if (count == batch.shape[0])
        {
            return change(batch);
        }

        chosen = chosen.to(batch.device);
        return batch.index_copy(0, chosen, change(batch.index_select(0, chosen)));
    }
}
