using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>
/// E over positives of f(u) − log E over negatives of e^u. One pass: gradients are gathered unnormalised under a running maximum and
/// divided by the partition function at the end.
/// </summary>
internal sealed class PartitionDifferenceKernel(ScoreFunction positive) : ScoreKernel
{
    public override StreamedResult Stream(Factors factors, WantedGradients gradients)
    {
        (Tensor globals, Tensor locals) = (factors.GlobalRows, factors.LocalRows);
        long n = factors.BatchSize, rowExamples = factors.TileRowExamples, columnExamples = factors.TileColumnExamples;
        Tensor? globalGradient = gradients.Globals ? zeros_like(globals) : null;
        Tensor? localGradient = gradients.Locals ? empty_like(locals) : null;
        Tensor buffer = empty(rowExamples * factors.Globals * columnExamples * factors.Locations, dtype: globals.dtype, device: globals.device);
        Tensor maximum = full(1, double.NegativeInfinity, dtype: globals.dtype, device: globals.device);
        Tensor partition = zeros(1, dtype: ScalarType.Float64, device: globals.device);
        var columnMaxima = new List<(long Start, long Count, Tensor Maximum)>();
        Tensor positiveScores = empty(factors.Globals, factors.Locations, n, dtype: globals.dtype, device: globals.device);

        for (long column = 0; column < n; column += columnExamples)
        {
            using var columnScope = NewDisposeScope();
            long columns = Math.Min(columnExamples, n - column);
            Tensor x = factors.LocalBlock(column, columns);
            Tensor? block = localGradient?.narrow(0, column * factors.Locations, x.shape[0]);
            for (long row = 0; row < n; row += rowExamples)
            {
                using var tileScope = NewDisposeScope();
                long rows = Math.Min(rowExamples, n - row);
                Tensor g = factors.GlobalBlock(row, rows);
                Tensor tile = buffer.narrow(0, 0, g.shape[0] * x.shape[0]).view(g.shape[0], x.shape[0]);
                tile.addmm_(g, x.t(), beta: 0, alpha: 1);
                if (factors.Positives(tile, row, rows, column, columns) is { } positives)
                {
                    long first = Math.Max(row, column);
                    positiveScores.narrow(2, first, positives.shape[2]).copy_(positives);
                    positives.fill_(double.NegativeInfinity);
                }

                // Everything gathered so far is relative to the old maximum.
                Tensor raised = TorchSharp.torch.maximum(maximum, tile.max());
                Tensor decay = Decay(maximum, raised);
                maximum.copy_(raised);
                Tensor weights = tile.sub_(Finite(maximum)).exp_();
                partition.mul_(decay.to(ScalarType.Float64)).add_(weights.sum(ScalarType.Float64));
                if (globalGradient is not null)
                {
                    globalGradient.mul_(decay);
                    globalGradient.narrow(0, row * factors.Globals, g.shape[0]).addmm_(weights, x, beta: 1, alpha: 1);
                }

                if (block is not null)
                {
                    if (row > 0)
                    {
                        block.mul_(decay);
                    }

                    block.addmm_(weights.t(), g, beta: row == 0 ? 0 : 1, alpha: 1);
                }
            }

            columnMaxima.Add((column * factors.Locations, x.shape[0], columnScope.MoveToOuter(maximum.clone())));
        }

        Tensor logMeanExp = partition.log().add(maximum).sub(Math.Log(factors.NegativeCount));
        Tensor value = positive.Value(positiveScores).mean([0, 1, 2], type: ScalarType.Float64).sub(logMeanExp).squeeze().to(globals.dtype);
        if (!gradients.Any)
        {
            return new StreamedResult(value, null, null);
        }

        Tensor byPositive = positive.Derivative(positiveScores).mul_(1.0 / factors.PositiveCount);
        Tensor scale = partition.reciprocal().neg().to(globals.dtype);
        globalGradient?.mul_(scale);
        foreach ((long start, long count, Tensor columnMaximum) in columnMaxima)
        {
            localGradient?.narrow(0, start, count).mul_(scale.mul(Decay(columnMaximum, maximum)));
        }

        PositiveGradients.Add(factors, byPositive.permute(2, 0, 1), globalGradient, localGradient);
        return new StreamedResult(value, globalGradient, localGradient);
    }

    public override Tensor Dense(DenseScores scores)
    {
        Tensor logMeanExp = scores.NegativesOnly().flatten().logsumexp(0) - Math.Log(scores.NegativeCount);
        return positive.Value(scores.Positives()).mean() - logMeanExp;
    }

    /// <summary>e^(old − raised), 0 for the first maximum.</summary>
    private static Tensor Decay(Tensor old, Tensor raised) => old.sub(Finite(raised)).exp();

    /// <summary>The maximum as something that can be subtracted, when all scores so far are masked.</summary>
    private static Tensor Finite(Tensor maximum) => maximum.clamp(min: maximum.dtype == ScalarType.Float64 ? double.MinValue : float.MinValue);
}
