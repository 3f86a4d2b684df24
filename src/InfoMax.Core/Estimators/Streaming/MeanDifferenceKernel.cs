using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>E over positives of f(u) − E over negatives of g(u), in tiles that stay in cache, one pass.</summary>
internal sealed class MeanDifferenceKernel(ScoreFunction positive, ScoreFunction negative) : ScoreKernel
{
    public override StreamedResult Stream(Factors factors, WantedGradients gradients)
    {
        (Tensor globals, Tensor locals) = (factors.GlobalRows, factors.LocalRows);
        long n = factors.BatchSize, rowExamples = factors.TileRowExamples, columnExamples = factors.TileColumnExamples;
        // The tile holds g' at negatives and f' at positives relative to it; the weight common to all, −1/negatives, goes into the small
        // factor for one product and onto the small result for the other.
        double weight = -1.0 / factors.NegativeCount;
        double positiveWeight = 1.0 / factors.PositiveCount / weight;
        Tensor? globalGradient = gradients.Globals ? empty_like(globals) : null;
        Tensor? localGradient = gradients.Locals ? empty_like(locals) : null;
        Tensor weighted = gradients.Locals ? globals.mul(weight) : globals;
        Tensor buffer = empty(rowExamples * factors.Globals * columnExamples * factors.Locations, dtype: globals.dtype, device: globals.device);
        Tensor sum = zeros(1, dtype: ScalarType.Float64, device: globals.device);

        for (long column = 0; column < n; column += columnExamples)
        {
            long columns = Math.Min(columnExamples, n - column);
            for (long row = 0; row < n; row += rowExamples)
            {
                using var tileScope = NewDisposeScope();
                long rows = Math.Min(rowExamples, n - row);
                Tensor g = factors.GlobalBlock(row, rows);
                Tensor x = factors.LocalBlock(column, columns);
                Tensor tile = buffer.narrow(0, 0, g.shape[0] * x.shape[0]).view(g.shape[0], x.shape[0]);
                tile.addmm_(g, x.t(), beta: 0, alpha: 1);

                Tensor? positives = factors.Positives(tile, row, rows, column, columns);
                Tensor? positiveScores = positives?.clone();
                Tensor values = negative.Value(tile);
                // Set to zero rather than subtracted from the sum: a positive may be larger than all negatives together.
                factors.Positives(values, row, rows, column, columns)?.zero_();
                Tensor subtotal = values.sum(ScalarType.Float64);
                if (positives is not null)
                {
                    subtotal = subtotal.add(positive.Value(positiveScores!).sum(ScalarType.Float64).mul(positiveWeight));
                }

                sum.add_(subtotal.mul(weight));
                if (!gradients.Any)
                {
                    continue;
                }

                Tensor derivative = negative.Derivative(tile);
                if (positives is not null)
                {
                    factors.Positives(derivative, row, rows, column, columns)!.copy_(positive.Derivative(positiveScores!).mul_(positiveWeight));
                }

                if (globalGradient is not null)
                {
                    globalGradient.narrow(0, row * factors.Globals, g.shape[0]).addmm_(derivative, x, beta: column == 0 ? 0 : 1, alpha: 1);
                }

                if (localGradient is not null)
                {
                    localGradient.narrow(0, column * factors.Locations, x.shape[0])
                        .addmm_(derivative.t(), weighted.narrow(0, row * factors.Globals, g.shape[0]), beta: row == 0 ? 0 : 1, alpha: 1);
                }
            }
        }

        globalGradient?.mul_(weight);
        return new StreamedResult(sum.squeeze().to(globals.dtype), globalGradient, localGradient);
    }

    public override Tensor Dense(DenseScores scores)
    {
        Tensor negatives = negative.Value(scores.Scores.masked_fill(scores.PositiveMask(), 0.0)).masked_fill(scores.PositiveMask(), 0.0);
        return positive.Value(scores.Positives()).mean() - (negatives.sum() / scores.NegativeCount);
    }
}
