using InfoMax.Foundation;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// Approximates the logarithm of the partition function that belongs to a global vector, or to a pair, for estimators that need one. Extension point: derive
/// and override <see cref="LogValue"/>; learnable baselines train with the critic.
/// </summary>
public abstract class Baseline : nn.Module<ScoreMatrix, Tensor>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The module's name.</param>
    protected Baseline(string name)
        : base(NativeBackend.Checked(name))
    {
    }

    /// <summary>The baseline of each global vector or positive pair. Use <c>call(scores)</c>, which also runs hooks.</summary>
    /// <param name="scores">The scores; a baseline may read their vectors (<see cref="ScoreMatrix.GlobalVectors"/>).</param>
    /// <returns>A differentiable tensor of the scores' dtype, <c>[N, K, 1]</c> or <c>[N, K, L]</c>, that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">The baseline is on another device than the scores.</exception>
    public sealed override Tensor forward(ScoreMatrix scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (parameters().FirstOrDefault() is { } own && !scores.IsBeside(own))
        {
            throw new ArgumentException(
                $"Expected scores on {own.device}, where the baseline is, got scores on {scores.Device}. Move the estimator's State, or the objective that has the estimator, to the device of the scores with to(device).", nameof(scores));
        }

        using var scope = NewDisposeScope();
        return scope.MoveToOuter(LogValue(scores).to(scores.ScoreType));
    }

    /// <summary>The logarithms, inside a dispose scope.</summary>
    /// <param name="scores">The scores.</param>
    /// <returns>A new tensor <c>[N, K, 1]</c> or <c>[N, K, L]</c>.</returns>
    protected abstract Tensor LogValue(ScoreMatrix scores);

    /// <summary>Vectors of a score matrix, or an exception that says what is missing.</summary>
    internal static Tensor Vectors(Tensor? vectors, long units, string side) => vectors switch
    {
        null => throw new ArgumentException($"The baseline reads the {side} vectors of the scores, and these dense scores were made without: give them to ScoreMatrix.Dense.", nameof(vectors)),
        _ when vectors.shape[2] != units => throw new ArgumentException($"Expected {side} vectors [N, count, {units}] behind the scores, got {TensorGuard.Describe(vectors)}.", nameof(vectors)),
        _ => vectors,
    };
}
