using static TorchSharp.torch;

namespace InfoMax.Estimators.Streaming;

/// <summary>Scores <c>[N, K, N, L]</c> in memory, with positives and negatives told apart by ordinary differentiable operations.</summary>
/// <param name="Scores">The scores.</param>
internal sealed record DenseScores(Tensor Scores)
{
    public double NegativeCount => (double)Scores.numel() / Scores.shape[0] * (Scores.shape[0] - 1);

    /// <summary>The scores of the positives, <c>[N, K, L]</c>.</summary>
    public Tensor Positives() => Scores.diagonal(0, 0, 2).permute(2, 0, 1);

    /// <summary>True at the positives, <c>[N, 1, N, 1]</c>.</summary>
    public Tensor PositiveMask() => eye(Scores.shape[0], dtype: ScalarType.Bool, device: Scores.device).view(Scores.shape[0], 1, Scores.shape[0], 1);

    /// <summary>The scores with −∞ at the positives.</summary>
    public Tensor NegativesOnly() => Scores.masked_fill(PositiveMask(), double.NegativeInfinity);
}
