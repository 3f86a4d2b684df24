using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>The scores of all pairs, <c>[N, K, N, L]</c>.</summary>
/// <param name="Scores">The scores.</param>
internal sealed record DenseScores(Tensor Scores) : ExplicitScores
{
    public override Tensor Any => Scores;

    public override IEnumerable<Tensor> Tensors => [Scores];

    private double NegativeCount => (double)Scores.numel() / Scores.shape[0] * (Scores.shape[0] - 1);

    public override Tensor Positives() => Scores.diagonal(0, 0, 2).permute(2, 0, 1);

    public override Tensor MeanOfNegatives(ScoreFunction function) =>
        function.Value(Scores.masked_fill(PositiveMask(), 0.0)).masked_fill(PositiveMask(), 0.0).sum() / NegativeCount;

    public override Tensor LogMeanExpOfNegatives(ScoreFunction? exponent)
    {
        Tensor exponents = exponent is null ? Scores : exponent.Value(Scores.masked_fill(PositiveMask(), 0.0));
        return exponents.masked_fill(PositiveMask(), double.NegativeInfinity).flatten().logsumexp(0) - Math.Log(NegativeCount);
    }

    public override Tensor LogSumExpOfNegatives() =>
        Scores.masked_fill(PositiveMask(), double.NegativeInfinity).flatten(2).logsumexp(2, keepdim: true);

    public override ExplicitScores Map(ScoreFunction function) => new DenseScores(function.Value(Scores));

    public override ExplicitScores Alias() => new DenseScores(Scores.alias());

    /// <summary>True at the positives, <c>[N, 1, N, 1]</c>.</summary>
    private Tensor PositiveMask() =>
        eye(Scores.shape[0], dtype: ScalarType.Bool, device: Scores.device).view(Scores.shape[0], 1, Scores.shape[0], 1);
}
