using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>How near the rows are to each other, as probabilities: the P of t-SNE.</summary>
internal static class TSneAffinities
{
    private const int Block = 128;
    private const int MostHalvings = 64;
    private const double Tolerance = 1e-5;

    /// <summary>The symmetric joint probabilities <c>[N, N]</c>, float32: they sum to 1, the diagonal is 0.</summary>
    public static Tensor Joint(Tensor rows, double perplexity, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        Tensor p = Conditional(rows, perplexity, ScalarType.Float32, cancellationToken);
        long n = p.shape[0];
        for (long start = 0; start < n; start += Block)
        {
            // From the diagonal on, both halves at once and in place.
            using var step = NewDisposeScope();
            long length = Math.Min(Block, n - start);
            Tensor right = p.narrow(0, start, length).narrow(1, start, n - start);
            Tensor down = p.narrow(0, start, n - start).narrow(1, start, length);
            Tensor mean = (right + down.t()).div_(2.0 * n);
            right.copy_(mean);
            down.copy_(mean.t());
        }

        return scope.MoveToOuter(p);
    }

    /// <summary>
    /// For each row i a Gaussian's weights of the others j, <c>[N, N]</c>: every row sums to 1 and has the wanted perplexity, found
    /// by bisection. Where more rows are equal than that, they share the weight.
    /// </summary>
    public static Tensor Conditional(Tensor rows, double perplexity, ScalarType kind, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        Tensor x = rows.to(ScalarType.Float64);
        x = x - x.mean([0L], keepdim: true);
        Tensor norms = x.square().sum(1);
        long n = x.shape[0];
        Tensor p = empty(n, n, dtype: kind);
        for (long start = 0; start < n; start += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            long length = Math.Min(Block, n - start);
            Tensor distances = addmm(norms.unsqueeze(0), x.narrow(0, start, length), x.t(), 1, -2)
                .add_(norms.narrow(0, start, length).unsqueeze(1)).clamp_min_(0);
            p.narrow(0, start, length).copy_(Weights(distances, start, Math.Log(perplexity)));
        }

        return scope.MoveToOuter(p);
    }

    private static Tensor Weights(Tensor distances, long start, double entropy)
    {
        // As multiples of the row's mean, from its nearest on: neither scale nor offset of the distances matter, and nothing overflows.
        distances.diagonal(start).fill_(double.PositiveInfinity);
        distances.sub_(distances.amin([1L], keepdim: true));
        distances.diagonal(start).zero_();
        Tensor mean = distances.mean([1L], keepdim: true);
        distances.div_(where(mean.gt(0), mean, ones_like(mean)));
        long rows = distances.shape[0];
        Tensor beta = ones(rows, 1, dtype: ScalarType.Float64);
        Tensor low = zeros_like(beta);
        Tensor high = full_like(beta, double.PositiveInfinity);
        for (int i = 0; ; i++)
        {
            using var step = NewDisposeScope();
            Tensor weights = distances.mul(-beta).exp_();
            weights.diagonal(start).zero_();
            weights.div_(weights.sum(1, keepdim: true));
            // H = −Σ p log p = log Σ exp(−βd) + β Σ p d, the logarithm from the nearest row, whose d is 0.
            Tensor h = beta * (weights * distances).sum(1, keepdim: true) - weights.amax([1L], keepdim: true).log();
            Tensor excess = h - entropy;
            if (i == MostHalvings || excess.abs().max().item<double>() < Tolerance)
            {
                return step.MoveToOuter(weights);
            }

            Tensor wide = excess.gt(0);
            low.copy_(where(wide, beta, low));
            high.copy_(where(wide, high, beta));
            beta.copy_(where(high.isinf(), beta * 2, (low + high) / 2));
        }
    }
}
