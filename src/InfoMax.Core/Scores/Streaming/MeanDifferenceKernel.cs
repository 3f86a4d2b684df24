using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>E over positives of f(u) − E over negatives of g(u), in tiles that stay in cache, one pass.</summary>
internal sealed class MeanDifferenceKernel(ScoreFunction positive, ScoreFunction negative) : ScoreKernel
{
    public override StreamedResult Stream(Factors factors, Tensor? offset, WantedGradients wanted, double expectedScale)
    {
        long n = factors.BatchSize, rowExamples = factors.TileRowExamples, columnExamples = factors.TileColumnExamples;
        // The tile holds g' at negatives and f' at positives relative to it; the weight common to all, −1/negatives, goes into the small
        // factor for one product and onto the small result for the other.
        double weight = -1.0 / factors.NegativeCount;
        double positiveWeight = 1.0 / factors.PositiveCount / weight;
        var products = new FactorProducts(factors, wanted, rowExamples, columnExamples, localWeight: weight * expectedScale);
        Tensor positiveSum = zeros([], dtype: ScalarType.Float64, device: factors.Device);
        Tensor sum = zeros([], dtype: ScalarType.Float64, device: factors.Device);

        for (long column = 0; column < n; column += columnExamples)
        {
            for (long row = 0; row < n; row += rowExamples)
            {
                using var tileScope = NewDisposeScope();
                Tile tile = products.Scores(row, Math.Min(rowExamples, n - row), column, Math.Min(columnExamples, n - column));
                Tensor? positives = tile.HasPositives ? tile.Positives(tile.Scores).clone() : null;
                if (positives is not null)
                {
                    positiveSum.add_(positives.sum());
                    sum.add_(positive.Value(positives).sum(), positiveWeight);
                }

                Tensor? weights = null;
                if (wanted.Any && (positives is null || negative.Neutral is not null))
                {
                    // Positives do not count among the negatives.
                    tile.Fill(negative.Neutral ?? 0.0);
                    (Tensor subtotal, weights) = negative.SumAndDifferentiate(tile.Scores);
                    sum.add_(subtotal);
                }
                else
                {
                    Tensor values = negative.Value(tile.Scores);
                    // Set to zero rather than subtracted from the sum: a positive may be larger than all negatives together.
                    if (positives is not null)
                    {
                        tile.Positives(values).zero_();
                    }

                    sum.add_(values.sum());
                    weights = wanted.Any ? negative.Derivative(tile.Scores) : null;
                }

                if (weights is null)
                {
                    continue;
                }

                if (positives is not null)
                {
                    tile.Positives(weights).copy_(positive.Derivative(positives).mul_(positiveWeight));
                }

                products.AddGradients(tile, weights);
            }
        }

        products.GlobalGradient?.mul_(weight * expectedScale);
        return new StreamedResult(
            sum.mul_(weight).to(factors.ScoreType),
            products.UnmappedPositiveSum ?? positiveSum,
            products.GlobalGradient,
            products.LocalGradient);
    }

    public override Tensor Explicit(ExplicitScores scores, Tensor? offset) =>
        positive.Value(scores.Positives()).mean() - scores.MeanOfNegatives(negative);
}
