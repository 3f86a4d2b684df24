using InfoMax.Data;
using InfoMax.Evaluation.Features;
using static TorchSharp.torch;

namespace InfoMax.Reports;

/// <summary>
/// Simple statistics of each band of an image: mean, standard deviation, minimum, maximum, the quantiles 0.1, 0.25, 0.5, 0.75 and 0.9, and
/// the mean absolute difference of neighboring pixels in both directions.
/// </summary>
internal static class ImageStatistics
{
    private const int Block = 256;

    private static readonly double[] Quantiles = [0.1, 0.25, 0.5, 0.75, 0.9];

    /// <summary>Whether examples are images of more than one pixel in each direction.</summary>
    public static bool Fit(IBatchSource inputs) => inputs.ExampleShape is [_, > 1, > 1];

    /// <summary>The statistics as features <c>[N, 11·C]</c> with the labels of the examples; the caller disposes them.</summary>
    public static FeatureSet Of(LabeledData data, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var blocks = new List<Tensor>();
        for (int start = 0; start < data.Count; start += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var block = NewDisposeScope();
            int[] rows = [.. Enumerable.Range(start, Math.Min(Block, data.Count - start))];
            blocks.Add(block.MoveToOuter(Of(BatchGuard.Fetch(data.Inputs, rows))));
        }

        return FeatureSet.FromMatrix(cat(blocks), data.Labels, data.ClassCount, "11 per band");
    }

    /// <summary>The statistics of images <c>[N, C, H, W]</c>, <c>[N, 11·C]</c>.</summary>
    internal static Tensor Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        Tensor values = images.to(ScalarType.Float32, CPU), pixels = values.flatten(2);
        Tensor quantiles = quantile(pixels, tensor(Quantiles, ScalarType.Float32), dim: 2).permute(1, 2, 0);
        Tensor Steps(int dim) =>
            (values.narrow(dim, 1, values.shape[dim] - 1) - values.narrow(dim, 0, values.shape[dim] - 1)).abs().mean([2L, 3L]);
        Tensor[] single = [pixels.mean([2L]), pixels.std(2, unbiased: false), pixels.amin([2L]), pixels.amax([2L]), Steps(2), Steps(3)];
        return scope.MoveToOuter(cat([stack(single, 2), quantiles], 2).flatten(1));
    }
}
