using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>What t-SNE minimizes and its gradient, in strips of rows: no more than a strip of pairs beside the affinities.</summary>
internal static class TSneGradient
{
    private const int Block = 128;

    /// <summary>
    /// ∂/∂yᵢ = 4 Σⱼ (a pᵢⱼ − qᵢⱼ) (yᵢ − yⱼ) / (1 + ‖yᵢ − yⱼ‖²), a the exaggeration: of <see cref="Divergence"/> for a = 1.
    /// </summary>
    /// <param name="affinities">P <c>[N, N]</c>.</param>
    /// <param name="points">y <c>[N, 2]</c>, of the same dtype.</param>
    /// <param name="exaggeration">Factor of the affinities.</param>
    public static Tensor Of(Tensor affinities, Tensor points, double exaggeration)
    {
        using var scope = NewDisposeScope();
        Tensor attraction = empty_like(points);
        Tensor repulsion = empty_like(points);
        Tensor total = zeros(1, dtype: ScalarType.Float64);
        ForEachStrip(points, (start, mine, spread) =>
        {
            long length = mine.shape[0];
            Tensor near = spread.reciprocal_();
            near.diagonal(start).zero_();
            total.add_(near.sum([0L, 1L]));
            Tensor pull = near * affinities.narrow(0, start, length);
            attraction.narrow(0, start, length).copy_((mine * pull.sum([1L], keepdim: true)).sub_(pull.matmul(points)));
            near.pow_(2);
            repulsion.narrow(0, start, length).copy_((mine * near.sum([1L], keepdim: true)).sub_(near.matmul(points)));
        });
        Tensor gradient = attraction.mul_(exaggeration).sub_(repulsion.div_(total.to(points.dtype))).mul_(4);
        return scope.MoveToOuter(gradient);
    }

    /// <summary>KL(P‖Q) in nats = Σ p log p + Σ p log(1 + d²) + log Σ 1 / (1 + d²).</summary>
    public static double Divergence(Tensor affinities, Tensor points)
    {
        using var scope = NewDisposeScope();
        Tensor entropy = zeros(1, dtype: ScalarType.Float64);
        Tensor cross = zeros_like(entropy);
        Tensor total = zeros_like(entropy);
        ForEachStrip(points, (start, mine, spread) =>
        {
            Tensor p = affinities.narrow(0, start, mine.shape[0]).to(ScalarType.Float64);
            // 0 log 0 = 0, and an affinity below the least float counts nothing.
            entropy.add_(p.mul(p.clamp_min(1e-300).log()).sum([0L, 1L]));
            Tensor wide = spread.to(ScalarType.Float64);
            cross.add_(p.mul(wide.log()).sum([0L, 1L]));
            Tensor near = wide.reciprocal();
            near.diagonal(start).zero_();
            total.add_(near.sum([0L, 1L]));
        });
        return entropy.add_(cross).add_(total.log()).item<double>();
    }

    /// <summary>
    /// Calls an action for each strip with its first row, its points and 1 + d² to all points, which the action may change.
    /// </summary>
    private static void ForEachStrip(Tensor points, Action<long, Tensor, Tensor> action)
    {
        using var scope = NewDisposeScope();
        Tensor x = points.select(1, 0).contiguous();
        Tensor y = points.select(1, 1).contiguous();
        long n = points.shape[0];
        for (long start = 0; start < n; start += Block)
        {
            using var strip = NewDisposeScope();
            long length = Math.Min(Block, n - start);
            Tensor spread = (x.narrow(0, start, length).unsqueeze(1) - x.unsqueeze(0)).pow_(2);
            spread.add_((y.narrow(0, start, length).unsqueeze(1) - y.unsqueeze(0)).pow_(2)).add_(1);
            action(start, points.narrow(0, start, length), spread);
        }
    }
}
