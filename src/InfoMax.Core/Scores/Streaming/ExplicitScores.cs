using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>Scores in memory, reduced by ordinary differentiable operations.</summary>
internal abstract record ExplicitScores
{
    /// <summary>Any of the tensors, for its dtype and device.</summary>
    public abstract Tensor Any { get; }

    /// <summary>All tensors.</summary>
    public abstract IEnumerable<Tensor> Tensors { get; }

    /// <summary>The scores of the positives, <c>[N, K, L]</c>.</summary>
    public abstract Tensor Positives();

    /// <summary>The mean over negatives of a function of the score, a scalar.</summary>
    public abstract Tensor MeanOfNegatives(ScoreFunction function);

    /// <summary>The logarithm of the mean over negatives of e^h(u), a scalar; without a function, of e^u.</summary>
    public abstract Tensor LogMeanExpOfNegatives(ScoreFunction? exponent);

    /// <summary>
    /// The logarithm of the sum of e^u over the negatives of each positive, <c>[N, K, L]</c>, or <c>[N, K, 1]</c> if it is the same for all
    /// locations.
    /// </summary>
    public abstract Tensor LogSumExpOfNegatives();

    /// <summary>The scores with a function applied to each.</summary>
    public abstract ExplicitScores Map(ScoreFunction function);

    /// <summary>New views of the scores.</summary>
    public abstract ExplicitScores Alias();
}
