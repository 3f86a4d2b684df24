using InfoMax.Foundation;
using InfoMax.Scores.Streaming;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <content>Creation and argument checks.</content>
public sealed partial class ScoreMatrix
{
    /// <summary>Scores as the inner products of global and local vectors.</summary>
    /// <param name="globals">Projected global vectors <c>[N, D]</c> or <c>[N, D, K]</c>: float32, float64 or bfloat16.</param>
    /// <param name="locals">Projected local vectors <c>[N, D]</c> or <c>[N, D, L]</c>, of the same dtype and on the same device.</param>
    /// <param name="streaming">Options of the computation; null for <see cref="StreamingOptions.Default"/>.</param>
    /// <returns>The matrix. bfloat16 factors are multiplied as they are; scores and values are float32 then, gradients bfloat16.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes, dtypes or devices do not fit together, or there are fewer than two examples (no negatives).
    /// </exception>
    public static ScoreMatrix Factored(Tensor globals, Tensor locals, StreamingOptions? streaming = null)
    {
        CheckFactor(globals, nameof(globals));
        CheckFactor(locals, nameof(locals));
        if (locals.shape[0] != globals.shape[0] || locals.shape[1] != globals.shape[1])
        {
            throw new ArgumentException(
                $"Expected local vectors [{globals.shape[0]}, {globals.shape[1]}, L] to go with global vectors " +
                $"{TensorGuard.Shape(globals.shape)}, " +
                $"got {TensorGuard.Describe(locals)}.",
                nameof(locals));
        }

        TensorGuard.SameKind(locals, globals, nameof(locals), nameof(globals));
        CheckBatchSize(globals.shape[0], globals, nameof(globals));
        using var scope = NewDisposeScope();
        return FromRows(scope.MoveToOuter(Rows(globals)), scope.MoveToOuter(Rows(locals)), globals.shape[0], streaming, null);
    }

    /// <summary>Scores as the inner products of rows; this layout needs no copy.</summary>
    /// <param name="globalRows">Projected global vectors <c>[N·K, D]</c>, example by example: float32, float64 or bfloat16.</param>
    /// <param name="localRows">Projected local vectors <c>[N·L, D]</c>, example by example, same dtype and device.</param>
    /// <param name="batchSize">Number of examples N, which divides both numbers of rows.</param>
    /// <param name="streaming">Options of the computation; null for <see cref="StreamingOptions.Default"/>.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Factored"/>, or N does not divide the rows.</exception>
    public static ScoreMatrix FactoredRows(Tensor globalRows, Tensor localRows, long batchSize, StreamingOptions? streaming = null) =>
        FactoredRows(globalRows, localRows, batchSize, streaming, null);

    /// <summary>Scores given as a tensor.</summary>
    /// <param name="scores">Scores <c>[N, K, N, L]</c>, or <c>[N, N]</c> for one global and one location; float32 or float64.</param>
    /// <param name="globalVectors">
    /// The global vectors, <c>[N, K, units]</c>, for estimators whose baseline reads them; null if there are none.
    /// </param>
    /// <param name="localVectors">The local vectors, <c>[N, L, units]</c>; null if there are none.</param>
    /// <returns>The matrix. On the CPU the scores are checked not to be NaN or +∞.</returns>
    /// <exception cref="ArgumentException">Another shape, dtype, a forbidden value, or fewer than two examples.</exception>
    public static ScoreMatrix Dense(Tensor scores, Tensor? globalVectors = null, Tensor? localVectors = null)
    {
        TensorGuard.NotDisposed(scores);
        TensorGuard.SingleOrDouble(scores);
        if (scores.dim() is not (2 or 4) || scores.shape[0] != scores.shape[scores.dim() / 2] || scores.numel() == 0)
        {
            throw new ArgumentException($"Expected scores [N, K, N, L] or [N, N], got {TensorGuard.Describe(scores)}.", nameof(scores));
        }

        CheckBatchSize(scores.shape[0], scores, nameof(scores));
        (long n, long k, long l) = scores.dim() == 4 ? (scores.shape[0], scores.shape[1], scores.shape[3]) : (scores.shape[0], 1, 1);
        CheckVectors(globalVectors, [n, k, -1], scores, nameof(globalVectors));
        CheckVectors(localVectors, [n, l, -1], scores, nameof(localVectors));
        CheckScores(scores, nameof(scores));
        var dense = new DenseScores(scores.dim() == 4 ? scores.alias() : scores.reshape(n, 1, n, 1));
        return new ScoreMatrix(null, dense, globalVectors?.alias(), localVectors?.alias(), n, k, l);
    }

    /// <summary>Scores of the positives and of some negatives of each. A positive is contrasted with its own negatives only.</summary>
    /// <param name="positives">Scores of the positives <c>[N, K, L]</c>, N at least 1; float32 or float64.</param>
    /// <param name="negatives">
    /// Scores of R negatives of each, <c>[N, K, L, R]</c>, R at least 1, of the same dtype and on the same device.
    /// </param>
    /// <param name="globalVectors">
    /// The global vectors, <c>[N, K, units]</c>, for estimators whose baseline reads them; null if there are none.
    /// </param>
    /// <param name="localVectors">The positives' local vectors, <c>[N, L, units]</c>; null if there are none.</param>
    /// <returns>The matrix. On the CPU the scores are checked not to be NaN or +∞.</returns>
    /// <exception cref="ArgumentException">Another shape, dtype or device, or a forbidden value.</exception>
    public static ScoreMatrix Sampled(Tensor positives, Tensor negatives, Tensor? globalVectors = null, Tensor? localVectors = null)
    {
        TensorGuard.NotDisposed(positives);
        TensorGuard.SingleOrDouble(positives);
        if (positives.dim() != 3 || positives.numel() == 0)
        {
            throw new ArgumentException(
                $"Expected scores of positives [N, K, L], got {TensorGuard.Describe(positives)}.", nameof(positives));
        }

        TensorGuard.NotDisposed(negatives);
        TensorGuard.HasShape(negatives, [.. positives.shape, -1]);
        TensorGuard.SameKind(negatives, positives, nameof(negatives), nameof(positives));
        if (negatives.numel() == 0)
        {
            throw new ArgumentException(
                $"Expected at least one negative for each positive, got {TensorGuard.Describe(negatives)}.", nameof(negatives));
        }

        (long n, long k, long l) = (positives.shape[0], positives.shape[1], positives.shape[2]);
        CheckVectors(globalVectors, [n, k, -1], positives, nameof(globalVectors));
        CheckVectors(localVectors, [n, l, -1], positives, nameof(localVectors));
        CheckScores(positives, nameof(positives));
        CheckScores(negatives, nameof(negatives));
        return new ScoreMatrix(
            null, new SampledScores(positives.alias(), negatives.alias()), globalVectors?.alias(), localVectors?.alias(), n, k, l);
    }

    /// <summary>As the public method, with a buffer that the caller owns.</summary>
    internal static ScoreMatrix FactoredRows(
        Tensor globalRows, Tensor localRows, long batchSize, StreamingOptions? streaming, StreamingWorkspace? workspace)
    {
        CheckRows(globalRows, batchSize, nameof(globalRows));
        CheckRows(localRows, batchSize, nameof(localRows));
        if (globalRows.shape[1] != localRows.shape[1])
        {
            throw new ArgumentException(
                $"Expected local rows [N·L, {globalRows.shape[1]}], got {TensorGuard.Describe(localRows)}.", nameof(localRows));
        }

        TensorGuard.SameKind(localRows, globalRows, nameof(localRows), nameof(globalRows));
        CheckBatchSize(batchSize, globalRows, nameof(globalRows));
        return FromRows(Contiguous(globalRows), Contiguous(localRows), batchSize, streaming, workspace);
    }

    private static ScoreMatrix FromRows(
        Tensor globalRows, Tensor localRows, long batchSize, StreamingOptions? streaming, StreamingWorkspace? workspace)
    {
        var factors = new Factors(globalRows, localRows, batchSize, null, streaming ?? StreamingOptions.Default, workspace);
        return new ScoreMatrix(factors, null, null, null, batchSize, factors.Globals, factors.Locations);
    }

    private static void CheckVectors(Tensor? vectors, long[] shape, Tensor scores, string name)
    {
        if (vectors is not null)
        {
            TensorGuard.HasShape(TensorGuard.NotDisposed(vectors, name), shape, name);
            TensorGuard.SameKind(vectors, scores, name, "the scores");
        }
    }

    private static void CheckScores(Tensor scores, string name)
    {
        if (scores.device_type != DeviceType.CPU)
        {
            return;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // max propagates NaN, so one reduction finds both NaN and +∞.
        if (!(scores.max().to(ScalarType.Float64).item<double>() < double.PositiveInfinity))
        {
            throw new ArgumentException($"Expected scores without NaN or +∞ ({TensorGuard.Describe(scores)}).", name);
        }
    }

    private static void CheckFactor(Tensor factor, string name)
    {
        CheckType(factor, name);
        if (factor.dim() is not (2 or 3) || factor.numel() == 0)
        {
            throw new ArgumentException($"Expected vectors [N, D] or [N, D, count], got {TensorGuard.Describe(factor)}.", name);
        }
    }

    private static void CheckRows(Tensor rows, long batchSize, string name)
    {
        CheckType(rows, name);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (rows.dim() != 2 || rows.numel() == 0 || rows.shape[0] % batchSize != 0)
        {
            throw new ArgumentException($"Expected rows [{batchSize}·count, D], got {TensorGuard.Describe(rows)}.", name);
        }
    }

    private static void CheckType(Tensor factor, string name)
    {
        TensorGuard.NotDisposed(factor, name);
        TensorGuard.FloatingPoint(factor, name);
        if (factor.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16))
        {
            throw new ArgumentException(
                $"Expected a float32, float64 or bfloat16 tensor, got {TensorGuard.Describe(factor)}; convert it first.", name);
        }
    }

    private static void CheckBatchSize(long batchSize, Tensor given, string name)
    {
        if (batchSize < 2)
        {
            throw new ArgumentException(
                $"Expected a batch of at least 2 examples, since the negatives of an example are the others; " +
                $"got {TensorGuard.Describe(given)}.",
                name);
        }
    }

    private static Tensor Contiguous(Tensor rows) => rows.is_contiguous() ? rows.alias() : rows.contiguous();

    private static Tensor Rows(Tensor factor) => factor.dim() == 2
        ? Contiguous(factor)
        : factor.transpose(1, 2).reshape(factor.shape[0] * factor.shape[2], factor.shape[1]);
}
