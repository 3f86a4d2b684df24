using InfoMax.Foundation;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Approximates the logarithm of the partition function of a global vector or of a pair, for the estimators that need one (<see
/// cref="TubaEstimator"/>, <see cref="InterpolatedEstimator"/>, <see cref="FloEstimator"/>). Learnable baselines train with the critic.
/// Extension point: derive and override <see cref="LogValue"/>.
/// </summary>
public abstract class Baseline : nn.Module<ScoreMatrix, Tensor>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The module's name.</param>
    protected Baseline(string name)
        : base(NativeBackend.Checked(name))
    {
    }

    /// <summary>One number for all pairs.</summary>
    /// <param name="logValue">Its logarithm, finite; the initial value if it is learned. The default 1 makes TUBA the NWJ bound.</param>
    /// <param name="learned">Whether training changes it; default true.</param>
    /// <returns>A baseline <c>[N, K, 1]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The logarithm is not finite.</exception>
    public static Baseline Constant(double logValue = 1.0, bool learned = true) => new ConstantBaseline(logValue, learned);

    /// <summary>A network on the global vector: one hidden layer with ReLU, initially 0.</summary>
    /// <param name="units">Units of the global vectors behind the scores (the common space of a separable critic), 1 or more.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>A baseline <c>[N, K, 1]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static Baseline OfGlobal(long units, long hiddenUnits = 64, int? seed = null) => new GlobalBaseline(units, hiddenUnits, seed);

    /// <summary>
    /// A network on both vectors of a positive pair: one hidden layer with ReLU on the concatenated vectors, initially 0. For <see
    /// cref="FloEstimator"/>.
    /// </summary>
    /// <param name="globalUnits">Units of the global vectors behind the scores, 1 or more.</param>
    /// <param name="localUnits">Units of the local vectors behind the scores, 1 or more.</param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <returns>A baseline <c>[N, K, L]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static Baseline OfPair(long globalUnits, long localUnits, long hiddenUnits = 64, int? seed = null) =>
        new PairBaseline(globalUnits, localUnits, hiddenUnits, seed);

    /// <summary>The baseline of each global vector or positive pair. Use <c>call(scores)</c>, which also runs hooks.</summary>
    /// <param name="scores">The scores; a baseline may read their vectors (<see cref="ScoreMatrix.GlobalVectors"/>).</param>
    /// <returns>
    /// A differentiable tensor of the scores' dtype, <c>[N, K, 1]</c> or <c>[N, K, L]</c>, that belongs to the caller or its dispose scope.
    /// </returns>
    /// <exception cref="ArgumentException">The baseline is on another device than the scores.</exception>
    public sealed override Tensor forward(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (parameters().FirstOrDefault() is { } own && !scores.IsBeside(own))
        {
            throw new ArgumentException(
                $"Expected scores on {own.device}, where the baseline is, got scores on {scores.Device}. " +
                "Move the estimator's State, or the objective that has the estimator, to the device of the scores with to(device).",
                nameof(scores));
        }

        using var scope = NewDisposeScope();
        return scope.MoveToOuter(LogValue(scores).to(scores.ScoreType));
    }

    /// <summary>The logarithms. Runs inside a dispose scope.</summary>
    /// <param name="scores">The scores.</param>
    /// <returns>A new tensor <c>[N, K, 1]</c> or <c>[N, K, L]</c>.</returns>
    protected abstract Tensor LogValue(ScoreMatrix scores);

    /// <summary>
    /// The mean of a contrast of the scores with a baseline subtracted: the objective of all estimators that have a baseline.
    /// </summary>
    internal static Tensor MeanContrast(ScoreMatrix scores, Baseline baseline, ContrastFunction contrast, bool pairsAllowed = false)
    {
        using var scope = NewDisposeScope();
        Tensor offset = baseline.call(scores);
        if (!pairsAllowed && scores.Locations > 1 && offset.shape[2] != 1)
        {
            throw new ArgumentException(
                $"Expected a baseline of the global vector, [N, K, 1], got {TensorGuard.Describe(offset)}; " +
                "use FloEstimator with a baseline of pairs.",
                nameof(scores));
        }

        return scope.MoveToOuter(scores.MeanContrast(contrast, offset));
    }

    /// <summary>The vectors behind the scores, or an exception that names what is missing.</summary>
    internal static Tensor Vectors(Tensor? vectors, long units, string side) => vectors switch
    {
        null => throw new ArgumentException(
            $"The baseline reads the {side} vectors of the scores, which these dense scores lack: pass them to ScoreMatrix.Dense.",
            nameof(vectors)),
        _ when vectors.shape[2] != units => throw new ArgumentException(
            $"Expected {side} vectors [N, count, {units}] behind the scores, got {TensorGuard.Describe(vectors)}.", nameof(vectors)),
        _ => vectors,
    };
}
