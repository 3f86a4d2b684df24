using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>
/// E over positives of c(u, log Σ e^v) with one sum per global vector: strips of globals against all locals, each strip normalised before
/// its products, so that nothing is computed twice.
/// </summary>
internal sealed class MeanContrastKernel(ContrastFunction contrast) : ScoreKernel
{
    /// <summary>Strip that is small enough for any machine; below it all globals go at once.</summary>
    private const long StripBytes = 16L << 20;

    /// <summary>Rows below which a strip makes its products slow, since the local gradient is rewritten once per strip.</summary>
    private const long ThickRows = 256;

    public override StreamedResult Stream(Factors factors, WantedGradients gradients)
    {
        (Tensor globals, Tensor locals) = (factors.GlobalRows, factors.LocalRows);
        long n = factors.BatchSize, k = factors.Globals, columns = locals.shape[0];
        long stripRows = Math.Max(ThickRows, StripBytes / (columns * factors.ElementSize));
        long stripExamples = Math.Clamp(stripRows / k, 1, n);
        Tensor? globalGradient = gradients.Globals ? empty_like(globals) : null;
        Tensor? localGradient = gradients.Locals ? empty_like(locals) : null;
        Tensor buffer = empty(stripExamples * k * columns, dtype: globals.dtype, device: globals.device);
        Tensor sum = zeros(1, dtype: ScalarType.Float64, device: globals.device);

        for (long start = 0; start < n; start += stripExamples)
        {
            using var stripScope = NewDisposeScope();
            long examples = Math.Min(stripExamples, n - start);
            Tensor g = factors.GlobalBlock(start, examples);
            Tensor strip = buffer.narrow(0, 0, g.shape[0] * columns).view(g.shape[0], columns);
            strip.addmm_(g, locals.t(), beta: 0, alpha: 1);

            Tensor positives = factors.Positives(strip, start, examples, 0, n)!;
            Tensor positiveScores = positives.permute(2, 0, 1).contiguous();
            positives.fill_(double.NegativeInfinity);
            (Tensor logSumExp, Tensor rowSums) = ExponentiateRows(strip);

            (Tensor values, Tensor byPositive, Tensor byLogSumExp) = contrast.Differentiate(positiveScores, logSumExp.view(examples, k, 1));
            sum.add_(values.sum(ScalarType.Float64));
            if (!gradients.Any)
            {
                continue;
            }

            // d value / d score is (derivative by log-sum-exp) · softmax at negatives and the derivative by the positive at positives.
            double weight = 1.0 / factors.PositiveCount;
            ScaleRows(strip, byLogSumExp.view(-1, 1).div(rowSums).mul_(weight).nan_to_num_(0, 0, 0));
            factors.Positives(strip, start, examples, 0, n)!.copy_(byPositive.permute(1, 2, 0).mul(weight));
            globalGradient?.narrow(0, start * k, g.shape[0]).addmm_(strip, locals, beta: 0, alpha: 1);
            localGradient?.addmm_(strip.t(), g, beta: start == 0 ? 0 : 1, alpha: 1);
        }

        return new StreamedResult(sum.div_(factors.PositiveCount).squeeze().to(globals.dtype), globalGradient, localGradient);
    }

    public override Tensor Dense(DenseScores scores)
    {
        Tensor logSumExp = scores.NegativesOnly().flatten(2).logsumexp(2, keepdim: true);
        return contrast.Value(scores.Positives(), logSumExp).mean();
    }

    /// <summary>Replaces each row by e^(score − row maximum); returns the log-sum-exp and the sum of the new entries, both <c>[rows, 1]</c>.</summary>
    private static (Tensor LogSumExp, Tensor Sums) ExponentiateRows(Tensor strip)
    {
        Tensor maxima = empty(strip.shape[0], 1, dtype: strip.dtype, device: strip.device);
        Tensor sums = empty_like(maxima);
        foreach ((long start, long count) in CacheBlocks(strip))
        {
            using var scope = NewDisposeScope();
            Tensor block = strip.narrow(0, start, count);
            // A row of nothing but −∞ has no maximum to subtract.
            Tensor maximum = block.amax([1], keepdim: true).clamp_(min: Lowest(strip.dtype));
            maxima.narrow(0, start, count).copy_(maximum);
            sums.narrow(0, start, count).copy_(block.sub_(maximum).exp_().sum(1, keepdim: true));
        }

        return (sums.log().add_(maxima), sums);
    }

    private static void ScaleRows(Tensor strip, Tensor scale)
    {
        foreach ((long start, long count) in CacheBlocks(strip))
        {
            using var scope = NewDisposeScope();
            strip.narrow(0, start, count).mul_(scale.narrow(0, start, count));
        }
    }

    /// <summary>Row blocks of about 1 MiB, so that several passes over one are served from cache.</summary>
    private static IEnumerable<(long Start, long Count)> CacheBlocks(Tensor strip)
    {
        long rows = strip.shape[0];
        long block = strip.device_type == TorchSharp.DeviceType.CPU
            ? Math.Clamp((1L << 20) / (strip.shape[1] * strip.element_size()), 1, rows)
            : rows;
        for (long start = 0; start < rows; start += block)
        {
            yield return (start, Math.Min(block, rows - start));
        }
    }

    private static double Lowest(ScalarType dtype) => dtype == ScalarType.Float64 ? double.MinValue : float.MinValue;
}
