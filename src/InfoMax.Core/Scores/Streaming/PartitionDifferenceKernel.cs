using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>
/// E over positives of f(u) − log E over negatives of e^h(u). One pass: gradients are gathered unnormalized under a running reference and
/// divided by the partition function at the end; where one tile holds everything, it is normalized before its products.
/// </summary>
/// <param name="positive">The function f.</param>
/// <param name="exponent">The function h; null for u itself.</param>
/// <param name="partitionWeight">
/// Gives the factor of the partition function's gradient from its logarithm (a scalar); null for 1. A biased gradient, as MINE has it.
/// </param>
internal sealed class PartitionDifferenceKernel(ScoreFunction positive, ScoreFunction? exponent, Func<Tensor, Tensor>? partitionWeight)
    : ScoreKernel
{
    public override StreamedResult Stream(Factors factors, Tensor? offset, WantedGradients wanted, double expectedScale)
    {
        long n = factors.BatchSize;
        bool oneTile = factors.FitsOneTile;
        long rowExamples = oneTile ? n : factors.TileRowExamples, columnExamples = oneTile ? n : factors.TileColumnExamples;
        var products = new FactorProducts(factors, wanted, rowExamples, columnExamples);
        var reference = new RunningReference(factors.ScoreType, factors.Device);
        Tensor partition = zeros([], dtype: ScalarType.Float64, device: factors.Device);
        var blocks = new List<(long Column, long Columns, Tensor Reference)>();
        Tensor positiveScores = empty(factors.Globals, factors.Locations, n, dtype: factors.ScoreType, device: factors.Device);
        Tensor? positiveChain = factors.Map is not null && wanted.Any ? empty_like(positiveScores) : null;
        Tile last = default;

        for (long column = 0; column < n; column += columnExamples)
        {
            using var columnScope = NewDisposeScope();
            long columns = Math.Min(columnExamples, n - column);
            for (long row = 0; row < n; row += rowExamples)
            {
                using var tileScope = NewDisposeScope();
                Tile tile = products.Scores(row, Math.Min(rowExamples, n - row), column, columns);
                TakePositives(tile, positiveScores, positiveChain);
                Tensor? slope = exponent is not null && wanted.Any ? exponent.Derivative(tile.Scores.clone()) : null;
                if (exponent is not null)
                {
                    tile.Scores.copy_(exponent.Value(tile.Scores));
                }

                tile.Fill(double.NegativeInfinity);
                if (reference.Raise(tile.Scores) is { } decay && (row > 0 || column > 0))
                {
                    // Everything gathered so far is relative to the old reference.
                    partition.mul_(decay);
                    products.GlobalGradient?.mul_(decay);
                    if (row > 0 && products.LocalGradient is not null)
                    {
                        factors.LocalBlock(products.LocalGradient, column, columns).mul_(decay);
                    }
                }

                Tensor weights = tile.Scores.sub_(reference.Value).exp_();
                partition.add_(weights.sum());
                if (slope is not null)
                {
                    // At the positives the slope may be anything, and the weight is 0.
                    weights.mul_(slope);
                }

                if (!oneTile)
                {
                    products.AddGradients(tile, weights);
                    continue;
                }

                Tensor Kept(Tensor tensor) => columnScope.MoveToOuter(tileScope.MoveToOuter(tensor));
                last = tile with { Chain = tile.Chain is null ? null : Kept(tile.Chain), Scores = Kept(weights) };
            }

            blocks.Add((column, columns, columnScope.MoveToOuter(reference.Value.clone())));
        }

        Tensor logMeanExp = partition.log().add_(reference.Value).sub_(Math.Log(factors.NegativeCount));
        Tensor value = positive.Value(positiveScores).mean([0, 1, 2], type: ScalarType.Float64).sub(logMeanExp).to(factors.ScoreType);
        Tensor positiveSum = products.UnmappedPositiveSum ?? positiveScores.sum();
        if (!wanted.Any)
        {
            return new StreamedResult(value, positiveSum);
        }

        Tensor byPositive = positive.Derivative(positiveScores).mul_(expectedScale / factors.PositiveCount);
        Tensor scale = partition.reciprocal().nan_to_num_(0, 0, 0).mul_(-expectedScale);
        scale = (partitionWeight is null ? scale : scale.mul_(partitionWeight(logMeanExp))).to(factors.ScoreType);
        if (oneTile)
        {
            Tensor weights = last.Scores.mul_(scale);
            last.Positives(weights).copy_(byPositive);
            products.AddGradients(last, weights);
        }
        else
        {
            Tensor toRows = (positiveChain is null ? byPositive : byPositive.mul_(positiveChain)).permute(2, 0, 1);
            foreach ((long column, long columns, Tensor columnReference) in blocks)
            {
                using var blockScope = NewDisposeScope();
                products.FinishLocals(column, columns, columnReference.sub(reference.Value).exp_().mul_(scale), toRows);
            }

            products.FinishGlobals(scale, toRows);
        }

        return new StreamedResult(value, positiveSum, products.GlobalGradient, products.LocalGradient);
    }

    public override Tensor Explicit(ExplicitScores scores, Tensor? offset)
    {
        Tensor logMeanExp = scores.LogMeanExpOfNegatives(exponent);
        Tensor difference = positive.Value(scores.Positives()).mean() - logMeanExp;
        if (partitionWeight is null)
        {
            return difference;
        }

        // The value of one expression with the gradient of another.
        Tensor ascended = positive.Value(scores.Positives()).mean() - (
            logMeanExp * partitionWeight(logMeanExp.detach()).to(logMeanExp.dtype));
        return ascended + (difference - ascended).detach();
    }

    private static void TakePositives(in Tile tile, Tensor scores, Tensor? chain)
    {
        if (!tile.HasPositives)
        {
            return;
        }

        Tensor positives = tile.Positives(tile.Scores);
        scores.narrow(2, tile.FirstPositive, positives.shape[2]).copy_(positives);
        if (chain is not null && tile.Chain is not null)
        {
            chain.narrow(2, tile.FirstPositive, positives.shape[2]).copy_(tile.Positives(tile.Chain));
        }
    }
}
