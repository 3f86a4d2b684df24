using InfoMax.Estimators.Streaming;
using InfoMax.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Estimators;

/// <summary>
/// The scores u[i, k, j, l] of global k of example i against location l of example j, over a batch of N examples with K globals and L
/// locations each. Positives are the pairs with i = j, every pair with i ≠ j is a negative.
/// </summary>
/// <remarks>
/// <para>Two forms, one type. <em>Factored</em> scores are products of two sets of vectors and are never materialised: values and gradients
/// are computed strip by strip. <em>Dense</em> scores are given as a tensor, as a concatenating critic produces them; there a score
/// of −∞ takes a negative pair out of the exponential sums.</para>
/// <para>The three differences below are what estimators are made of; each is exact (true counts, no masking constants) and differentiable
/// with respect to scores or factors. Factored scores keep their gradients from the forward pass; a second derivative
/// (<c>create_graph</c>) is computed through the dense form and needs its memory.</para>
/// <para>The matrix refers to the tensors it was made from; disposing it disposes only its own views of them.</para>
/// </remarks>
public sealed class ScoreMatrix : IDisposable
{
    private readonly Tensor? _globalRows;
    private readonly Tensor? _localRows;
    private readonly Tensor? _dense;

    private ScoreMatrix(Tensor? globalRows, Tensor? localRows, Tensor? dense, long batchSize, long globals, long locations)
    {
        _globalRows = globalRows;
        _localRows = localRows;
        _dense = dense;
        BatchSize = batchSize;
        Globals = globals;
        Locations = locations;
    }

    /// <summary>Number of examples N, at least 2.</summary>
    public long BatchSize { get; }

    /// <summary>Global vectors per example, K.</summary>
    public long Globals { get; }

    /// <summary>Locations per example, L.</summary>
    public long Locations { get; }

    /// <summary>Number of positive pairs, N·K·L.</summary>
    public long PositiveCount => BatchSize * Globals * Locations;

    /// <summary>Number of negative pairs, N·(N − 1)·K·L.</summary>
    public long NegativeCount => PositiveCount * (BatchSize - 1);

    /// <summary>Negatives of each global vector, (N − 1)·L.</summary>
    public long NegativesPerGlobal => (BatchSize - 1) * Locations;

    /// <summary>Whether the scores are factored, and so never materialised.</summary>
    public bool IsFactored => _dense is null;

    /// <summary>Scores as the inner products of global and local vectors.</summary>
    /// <param name="globals">Projected global vectors <c>[N, D]</c> or <c>[N, D, K]</c>, float32 or float64.</param>
    /// <param name="locals">Projected local vectors <c>[N, D]</c> or <c>[N, D, L]</c>, of the same dtype and on the same device.</param>
    /// <returns>The matrix. On the CPU the values are checked to be finite.</returns>
    /// <exception cref="ArgumentException">
    /// Shapes, dtypes or devices do not fit together, a value is not finite, or there are fewer than two examples (no negatives).
    /// </exception>
    public static ScoreMatrix Factored(Tensor globals, Tensor locals)
    {
        CheckFactor(globals, nameof(globals));
        CheckFactor(locals, nameof(locals));
        if (locals.shape[0] != globals.shape[0] || locals.shape[1] != globals.shape[1])
        {
            throw new ArgumentException(
                $"Expected local vectors [{globals.shape[0]}, {globals.shape[1]}, L] to go with global vectors {TensorGuard.Shape(globals.shape)}, got {TensorGuard.Describe(locals)}.",
                nameof(locals));
        }

        using var scope = NewDisposeScope();
        Tensor globalRows = scope.MoveToOuter(Rows(globals));
        Tensor localRows = scope.MoveToOuter(Rows(locals));
        return FromRows(globalRows, localRows, globals.shape[0], globals, locals);
    }

    /// <summary>Scores as the inner products of rows, the layout that needs no copy.</summary>
    /// <param name="globalRows">Projected global vectors <c>[N·K, D]</c>, example by example, float32 or float64.</param>
    /// <param name="localRows">Projected local vectors <c>[N·L, D]</c>, example by example, same dtype and device.</param>
    /// <param name="batchSize">Number of examples N, which divides both numbers of rows.</param>
    /// <returns>The matrix. On the CPU the values are checked to be finite.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Factored"/>, or N does not divide the rows.</exception>
    public static ScoreMatrix FactoredRows(Tensor globalRows, Tensor localRows, long batchSize)
    {
        CheckRows(globalRows, batchSize, nameof(globalRows));
        CheckRows(localRows, batchSize, nameof(localRows));
        if (globalRows.shape[1] != localRows.shape[1])
        {
            throw new ArgumentException($"Expected local rows [N·L, {globalRows.shape[1]}], got {TensorGuard.Describe(localRows)}.", nameof(localRows));
        }

        return FromRows(Contiguous(globalRows), Contiguous(localRows), batchSize, globalRows, localRows);
    }

    /// <summary>Scores given as a tensor.</summary>
    /// <param name="scores">Scores <c>[N, K, N, L]</c>, or <c>[N, N]</c> for one global and one location; float32 or float64.</param>
    /// <returns>The matrix. On the CPU the values are checked not to be NaN or +∞.</returns>
    /// <exception cref="ArgumentException">Another shape, dtype, a forbidden value, or fewer than two examples.</exception>
    public static ScoreMatrix Dense(Tensor scores)
    {
        TensorGuard.NotDisposed(scores);
        TensorGuard.SingleOrDouble(scores);
        if (scores.dim() is not (2 or 4) || scores.shape[0] != scores.shape[scores.dim() / 2] || scores.numel() == 0)
        {
            throw new ArgumentException($"Expected scores [N, K, N, L] or [N, N], got {TensorGuard.Describe(scores)}.", nameof(scores));
        }

        CheckBatchSize(scores.shape[0], scores, nameof(scores));
        if (scores.device_type == DeviceType.CPU)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            // max propagates NaN, so one reduction finds both NaN and +∞.
            if (!(scores.max().to(ScalarType.Float64).item<double>() < double.PositiveInfinity))
            {
                throw new ArgumentException($"Expected scores without NaN or +∞ ({TensorGuard.Describe(scores)}).", nameof(scores));
            }
        }

        Tensor four = scores.dim() == 4 ? scores.alias() : scores.reshape(scores.shape[0], 1, scores.shape[0], 1);
        return new ScoreMatrix(null, null, four, four.shape[0], four.shape[1], four.shape[3]);
    }

    /// <summary>The scores of the positive pairs.</summary>
    /// <returns>A new differentiable tensor <c>[N, K, L]</c> that belongs to the caller or its dispose scope.</returns>
    public Tensor Positives()
    {
        using var scope = NewDisposeScope();
        if (_dense is not null)
        {
            return scope.MoveToOuter(_dense.diagonal(0, 0, 2).permute(2, 0, 1).contiguous());
        }

        Tensor globals = _globalRows!.reshape(BatchSize, Globals, -1);
        Tensor locals = _localRows!.reshape(BatchSize, Locations, -1);
        return scope.MoveToOuter(globals.bmm(locals.transpose(1, 2)));
    }

    /// <summary>All scores in one tensor: for inspection and small batches, since it needs N²·K·L numbers.</summary>
    /// <returns>A new differentiable tensor <c>[N, K, N, L]</c> that belongs to the caller or its dispose scope.</returns>
    public Tensor ToDense()
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_dense?.alias() ?? DenseScores.FromRows(_globalRows!, _localRows!, BatchSize));
    }

    /// <summary>E over positives of f(u) − E over negatives of g(u): the form of every f-divergence bound.</summary>
    /// <param name="positive">The function f of a positive's score.</param>
    /// <param name="negative">The function g of a negative's score.</param>
    /// <returns>A differentiable scalar that belongs to the caller or its dispose scope.</returns>
    public Tensor MeanDifference(ScoreFunction positive, ScoreFunction negative)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        return Evaluate(new MeanDifferenceKernel(positive, negative));
    }

    /// <summary>E over positives of f(u) − log E over negatives of e^u: one partition function over the whole batch.</summary>
    /// <param name="positive">The function f of a positive's score.</param>
    /// <returns>A differentiable scalar that belongs to the caller or its dispose scope.</returns>
    public Tensor PartitionDifference(ScoreFunction positive)
    {
        ArgumentNullException.ThrowIfNull(positive);
        return Evaluate(new PartitionDifferenceKernel(positive));
    }

    /// <summary>
    /// E over positives of c(u, log Σ e^v), the sum running over all negatives v of the positive's global vector: one partition function per
    /// global vector.
    /// </summary>
    /// <param name="contrast">The function c.</param>
    /// <returns>A differentiable scalar that belongs to the caller or its dispose scope.</returns>
    public Tensor MeanContrast(ContrastFunction contrast)
    {
        ArgumentNullException.ThrowIfNull(contrast);
        return Evaluate(new MeanContrastKernel(contrast));
    }

    /// <summary>Disposes this matrix's views; the tensors it was made from stay.</summary>
    public void Dispose()
    {
        _globalRows?.Dispose();
        _localRows?.Dispose();
        _dense?.Dispose();
    }

    /// <summary>Moves this matrix's views from a scope to the one around it.</summary>
    internal void MoveToOuter(DisposeScope scope)
    {
        foreach (Tensor? view in new[] { _globalRows, _localRows, _dense })
        {
            if (view is not null)
            {
                scope.MoveToOuter(view);
            }
        }
    }

    private static ScoreMatrix FromRows(Tensor globalRows, Tensor localRows, long batchSize, Tensor givenGlobals, Tensor givenLocals)
    {
        TensorGuard.SameKind(givenLocals, givenGlobals, "locals", "globals");
        CheckBatchSize(batchSize, givenGlobals, "globals");
        if (givenGlobals.device_type == DeviceType.CPU)
        {
            TensorGuard.Finite(givenGlobals, "globals");
            TensorGuard.Finite(givenLocals, "locals");
        }

        return new ScoreMatrix(globalRows, localRows, null, batchSize, globalRows.shape[0] / batchSize, localRows.shape[0] / batchSize);
    }

    private static void CheckFactor(Tensor factor, string name)
    {
        TensorGuard.NotDisposed(factor, name);
        TensorGuard.SingleOrDouble(factor, name);
        if (factor.dim() is not (2 or 3) || factor.numel() == 0)
        {
            throw new ArgumentException($"Expected vectors [N, D] or [N, D, count], got {TensorGuard.Describe(factor)}.", name);
        }
    }

    private static void CheckRows(Tensor rows, long batchSize, string name)
    {
        TensorGuard.NotDisposed(rows, name);
        TensorGuard.SingleOrDouble(rows, name);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (rows.dim() != 2 || rows.numel() == 0 || rows.shape[0] % batchSize != 0)
        {
            throw new ArgumentException($"Expected rows [{batchSize}·count, D], got {TensorGuard.Describe(rows)}.", name);
        }
    }

    private static void CheckBatchSize(long batchSize, Tensor given, string name)
    {
        if (batchSize < 2)
        {
            throw new ArgumentException(
                $"Expected a batch of at least 2 examples, since the negatives of an example are the others; got {TensorGuard.Describe(given)}.", name);
        }
    }

    private static Tensor Contiguous(Tensor rows) => rows.is_contiguous() ? rows.alias() : rows.contiguous();

    private static Tensor Rows(Tensor factor) => factor.dim() == 2
        ? Contiguous(factor)
        : factor.transpose(1, 2).reshape(factor.shape[0] * factor.shape[2], factor.shape[1]);

    private Tensor Evaluate(ScoreKernel kernel)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_dense is not null
            ? kernel.Dense(new DenseScores(_dense))
            : StreamedScore.Evaluate(_globalRows!, _localRows!, BatchSize, kernel));
    }
}
