using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>The scores of the positives, <c>[N, K, L]</c>, and of some negatives of each, <c>[N, K, L, R]</c>.</summary>
/// <param name="Positive">The scores of the positives.</param>
/// <param name="Negative">The scores of the negatives.</param>
internal sealed record SampledScores(Tensor Positive, Tensor Negative) : ExplicitScores
{
    public override Tensor Any => Positive;

    public override IEnumerable<Tensor> Tensors => [Positive, Negative];

    public override Tensor Positives() => Positive.alias();

    public override Tensor MeanOfNegatives(ScoreFunction function) => function.Value(Negative).mean();

    public override Tensor LogMeanExpOfNegatives(ScoreFunction? exponent) =>
        (exponent is null ? Negative : exponent.Value(Negative)).flatten().logsumexp(0) - Math.Log(Negative.numel());

    public override Tensor LogSumExpOfNegatives() => Negative.logsumexp(3);

    public override ExplicitScores Map(ScoreFunction function) => new SampledScores(function.Value(Positive), function.Value(Negative));

    public override ExplicitScores Alias() => new SampledScores(Positive.alias(), Negative.alias());
}
