namespace InfoMax.Scores;

/// <summary>
/// The score functions that estimators are made of, elementwise, with u for a score. Their derivatives are exact and computed in place. For
/// other functions: <see cref="ScoreFunction.From"/>.
/// </summary>
public static class ScoreFunctions
{
    /// <summary>u.</summary>
    public static ScoreFunction Identity { get; } = new AffineFunction(1.0, 0.0);

    /// <summary>e^u.</summary>
    public static ScoreFunction Exp { get; } = new ExpFunction(0.0);

    /// <summary>log(1 + e^u), exact for large scores of either sign.</summary>
    public static ScoreFunction Softplus { get; } = new SoftplusFunction();

    /// <summary>−log(1 + e^(−u)), exact for large scores of either sign.</summary>
    public static ScoreFunction LogSigmoid { get; } = new LogSigmoidFunction();

    /// <summary>e^(u − 1).</summary>
    internal static ScoreFunction ExpMinusOne { get; } = new ExpFunction(-1.0);

    /// <summary>−e^(−u).</summary>
    internal static ScoreFunction MinusExpMinus { get; } = new MinusExpMinusFunction();

    /// <summary>u²/4 + u.</summary>
    internal static ScoreFunction PearsonConjugate { get; } = new PearsonConjugateFunction();

    /// <summary>log(u/2 + 1); the argument of the logarithm is at least 1e-6.</summary>
    internal static ScoreFunction PearsonLogRatio { get; } = new PearsonLogRatioFunction();

    /// <summary>2(e^u − 1).</summary>
    internal static ScoreFunction PearsonFromLogRatio { get; } = new PearsonFromLogRatioFunction();

    /// <summary>tanh(u)/2.</summary>
    internal static ScoreFunction HalfTanh { get; } = new HalfTanhFunction();

    /// <summary>factor · u + shift.</summary>
    /// <param name="factor">The factor, finite.</param>
    /// <param name="shift">The shift, finite; default 0.</param>
    /// <returns>The function.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite.</exception>
    public static ScoreFunction Affine(double factor, double shift = 0.0) =>
        new AffineFunction(Finite(factor, nameof(factor)), Finite(shift, nameof(shift)));

    /// <summary>u limited to [−limit, limit]. No gradient flows beyond the limits. A masked pair (score −∞) stays masked.</summary>
    /// <param name="limit">The limit in nats, positive; +∞ limits nothing.</param>
    /// <returns>The function.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not positive.</exception>
    public static ScoreFunction Clip(double limit) =>
        limit > 0 ? new ClipFunction(limit) : throw new ArgumentOutOfRangeException(nameof(limit), limit, "Expected a positive limit.");

    /// <summary>
    /// limit · tanh(u / limit): u limited smoothly, for <see cref="ScoreMatrix.Map"/> and the <c>ScoreClip</c> of objectives.
    /// </summary>
    /// <remarks>
    /// It bounds every exponential, and so the variance and the gradients. It biases an estimate downwards where the log density ratio
    /// exceeds the limit. The gradient of a score vanishes as the score approaches the limit: choose a limit well above the expected mutual
    /// information. Source: Bachman et al., "Learning representations by maximizing mutual information across views" (AMDIM), 2019, with a
    /// limit of 20.
    /// </remarks>
    /// <param name="limit">The limit in nats, finite and positive.</param>
    /// <returns>The function.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not finite or not positive.</exception>
    public static ScoreFunction SoftClip(double limit) => double.IsFinite(limit) && limit > 0
        ? new SoftClipFunction(limit)
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, "Expected a finite, positive limit.");

    private static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number.");
}
