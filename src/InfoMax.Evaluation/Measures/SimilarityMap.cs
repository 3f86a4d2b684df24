using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// The maps of <see cref="StructuralSimilarity"/> on one scale, averaged over positions. Tensors live in the caller's scope.
/// </summary>
internal sealed class SimilarityMap
{
    private readonly Tensor _column;
    private readonly Tensor _row;
    private readonly long _padding;
    private readonly double _c1;
    private readonly double _c2;

    /// <summary>Makes the window in the dtype and on the device of a tensor.</summary>
    public SimilarityMap(StructuralSimilarity options, Tensor like)
    {
        int radius = options.Window / 2;
        double[] weights =
            [.. Enumerable.Range(-radius, options.Window).Select(d => Math.Exp(-0.5 * d * d / (options.Sigma * options.Sigma)))];
        double sum = weights.Sum();
        Tensor window = tensor(weights.Select(weight => weight / sum).ToArray()).to(like.dtype, like.device);
        (_column, _row) = (window.view(1, 1, -1, 1), window.view(1, 1, 1, -1));
        _padding = options.ZeroPadding ? radius : 0;
        double range = options.DataRange / options.Unit;
        (_c1, _c2) = (Math.Pow(options.K1 * range, 2), Math.Pow(options.K2 * range, 2));
    }

    /// <summary>The means over positions <c>[N, C]</c> of luminance · contrast-structure, and of contrast-structure alone.</summary>
    public (Tensor Full, Tensor Contrast) Means(Tensor x, Tensor y)
    {
        (long n, long c, long h, long w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        // The window is the same for every channel and every moment, so all of them are examples of one channel.
        Tensor planes = cat([x, y, x * x, y * y, x * y], 0).reshape(-1, 1, h, w);
        Tensor moments = nn.functional.conv2d(planes, _column, padding: [_padding, 0]);
        moments = nn.functional.conv2d(moments, _row, padding: [0, _padding]);
        Tensor[] moment = moments.reshape(5, n, c, -1).unbind(0);
        (Tensor meanX, Tensor meanY) = (moment[0], moment[1]);
        (Tensor squareX, Tensor squareY, Tensor product) = (meanX * meanX, meanY * meanY, meanX * meanY);
        Tensor luminance = ((2 * product) + _c1) / (squareX + squareY + _c1);
        Tensor contrast = ((2 * (moment[4] - product)) + _c2) / (moment[2] - squareX + (moment[3] - squareY) + _c2);
        return ((luminance * contrast).mean([2]), contrast.mean([2]));
    }
}
