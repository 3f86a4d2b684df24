using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>
/// E over positives of c(u − b, log Σ e^(v − b)) with one sum per global vector and an offset b: strips of globals against all locals, each
/// strip normalized before its products, so that nothing is computed twice.
/// </summary>
internal sealed class MeanContrastKernel(ContrastFunction contrast) : ScoreKernel
{
    public override StreamedResult Stream(Factors factors, Tensor? offset, WantedGradients wanted, double expectedScale)
    {
        long n = factors.BatchSize, k = factors.Globals, stripExamples = factors.StripExamples;
        var products = new FactorProducts(factors, wanted, stripExamples, n);
        Tensor sum = zeros([], dtype: ScalarType.Float64, device: factors.Device);
        Tensor positiveSum = zeros([], dtype: ScalarType.Float64, device: factors.Device);
        Tensor? offsetGradient = wanted.Offset ? empty_like(offset!) : null;
        // The derivative of the value by each positive's term.
        double weight = expectedScale / factors.PositiveCount;

        for (long start = 0; start < n; start += stripExamples)
        {
            using var stripScope = NewDisposeScope();
            long examples = Math.Min(stripExamples, n - start);
            Tile strip = products.Scores(start, examples, 0, n);
            Tensor positives = strip.Positives(strip.Scores);
            Tensor positiveScores = positives.permute(2, 0, 1).contiguous();
            positiveSum.add_(positiveScores.sum());
            positives.fill_(double.NegativeInfinity);
            (Tensor logSumExp, Tensor rowSums) = ExponentiateRows(factors, strip.Scores);
            logSumExp = logSumExp.view(examples, k, 1);
            Tensor? b = offset?.narrow(0, start, examples);
            (Tensor values, Tensor byPositive, Tensor byLogSumExp) = b is null
                ? contrast.Differentiate(positiveScores, logSumExp)
                : contrast.Differentiate(positiveScores.sub(b), logSumExp.sub(b));
            sum.add_(values.sum());
            if (offsetGradient is not null)
            {
                Tensor byOffset = b!.shape[2] == 1 ? byPositive.sum(2, keepdim: true).add_(byLogSumExp) : byPositive.add(byLogSumExp);
                offsetGradient.narrow(0, start, examples).copy_(byOffset.mul_(-weight));
            }

            if (!wanted.Any)
            {
                continue;
            }

            // d value / d score is (derivative by log-sum-exp) · softmax at negatives and the derivative by the positive at positives.
            Tensor byRow = byLogSumExp.shape[2] == 1 ? byLogSumExp : byLogSumExp.sum(2, keepdim: true);
            ScaleRows(factors, strip.Scores, byRow.reshape(-1, 1).div(rowSums).mul_(weight).nan_to_num_(0, 0, 0));
            positives.copy_(byPositive.permute(1, 2, 0).mul(weight));
            products.AddGradients(strip, strip.Scores);
        }

        return new StreamedResult(
            sum.div_(factors.PositiveCount).to(factors.ScoreType),
            products.UnmappedPositiveSum ?? positiveSum,
            products.GlobalGradient,
            products.LocalGradient,
            offsetGradient);
    }

    public override Tensor Explicit(ExplicitScores scores, Tensor? offset)
    {
        Tensor positives = scores.Positives();
        Tensor logSumExp = scores.LogSumExpOfNegatives();
        return (offset is null ? contrast.Value(positives, logSumExp) : contrast.Value(positives - offset, logSumExp - offset)).mean();
    }

    /// <summary>
    /// Replaces each row by e^(score − row maximum); returns the log-sum-exp and the sum of the new entries, both <c>[rows, 1]</c>.
    /// </summary>
    private static (Tensor LogSumExp, Tensor Sums) ExponentiateRows(Factors factors, Tensor strip)
    {
        Tensor maxima = empty(strip.shape[0], 1, dtype: strip.dtype, device: strip.device);
        Tensor sums = empty_like(maxima);
        foreach ((long start, long count) in factors.CacheBlocks(strip))
        {
            using var scope = NewDisposeScope();
            Tensor block = strip.narrow(0, start, count);
            // A row of nothing but −∞ has no maximum to subtract.
            Tensor maximum = block.amax([1], keepdim: true).clamp_(min: RunningReference.Lowest(strip.dtype));
            maxima.narrow(0, start, count).copy_(maximum);
            sums.narrow(0, start, count).copy_(block.sub_(maximum).exp_().sum(1, keepdim: true));
        }

        return (sums.log().add_(maxima), sums);
    }

    private static void ScaleRows(Factors factors, Tensor strip, Tensor scale)
    {
        foreach ((long start, long count) in factors.CacheBlocks(strip))
        {
            using var scope = NewDisposeScope();
            strip.narrow(0, start, count).mul_(scale.narrow(0, start, count));
        }
    }
}
