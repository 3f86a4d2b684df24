using InfoMax.Scores.Streaming;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Scores;

/// <summary>
/// The scores u[i, k, j, l] of global k of example i against location l of example j, over a batch of N examples with K globals and L
/// locations each. Positives are the pairs with i = j, every pair with i ≠ j is a negative.
/// </summary>
/// <remarks>
/// <para>There are three forms. <em>Factored</em> scores are products of two sets of vectors and are never materialized: values and
/// gradients are computed strip by strip. <em>Dense</em> scores are given as a tensor, for example by a concatenating critic; a score of −∞
/// masks a negative pair. <em>Sampled</em> scores cover the positives and some negatives of each, which a critic draws among the other
/// examples or makes from corrupted inputs.</para>
/// <para>Estimators consist of three reductions: <see cref="MeanDifference"/>, <see cref="PartitionDifference(ScoreFunction,
/// ScoreFunction?)"/> and <see cref="MeanContrast"/>. Each is exact (true counts, no masking constants) and differentiable with respect to
/// scores or factors. Factored scores keep their gradients from the forward pass; a second derivative (<c>create_graph</c>) is computed
/// through the dense form and needs its memory. If factors, or gradients that a backward pass gave out, are modified in place before the
/// next one, it fails with "returned an invalid gradient".</para>
/// <para>On the CPU, values are checked to be finite: dense scores when the matrix is created, factored scores when they are
/// evaluated.</para>
/// <para>The matrix refers to the tensors it was made from; disposing it disposes only its own views of them.</para>
/// </remarks>
public sealed partial class ScoreMatrix : IDisposable
{
    private readonly Factors? _factors;
    private readonly ExplicitScores? _explicit;
    private readonly Tensor? _globalVectors;
    private readonly Tensor? _localVectors;

    private ScoreMatrix(
        Factors? factors, ExplicitScores? scores, Tensor? globalVectors, Tensor? localVectors, long batchSize, long globals, long locations)
    {
        (_factors, _explicit, _globalVectors, _localVectors) = (factors, scores, globalVectors, localVectors);
        (BatchSize, Globals, Locations) = (batchSize, globals, locations);
    }

    /// <summary>Number of examples N, at least 2; of sampled scores at least 1.</summary>
    public long BatchSize { get; }

    /// <summary>Global vectors per example, K.</summary>
    public long Globals { get; }

    /// <summary>Locations per example, L.</summary>
    public long Locations { get; }

    /// <summary>Number of positive pairs, N·K·L.</summary>
    public long PositiveCount => BatchSize * Globals * Locations;

    /// <summary>Number of negative pairs, N·(N − 1)·K·L; of sampled scores N·K·L·R.</summary>
    public long NegativeCount => PositiveCount * (Drawn is { } s ? s.Negative.shape[3] : BatchSize - 1);

    /// <summary>
    /// Negatives that a positive is contrasted with: those of its global vector, (N − 1)·L; of sampled scores the R that are its own.
    /// </summary>
    public long NegativesPerGlobal => Drawn is { } s ? s.Negative.shape[3] : (BatchSize - 1) * Locations;

    /// <summary>Whether the scores are factored, and so never materialized.</summary>
    public bool IsFactored => _explicit is null;

    /// <summary>Whether the negatives are a sample: <see cref="Sampled"/>.</summary>
    public bool IsSampled => Drawn is not null;

    /// <summary>The dtype of scores, values and estimates: the dtype of the factors or scores; float32 for bfloat16 factors.</summary>
    public ScalarType ScoreType => _factors?.ScoreType ?? _explicit!.Any.dtype;

    /// <summary>Whether a gradient will flow from the scores.</summary>
    public bool RequiresGrad =>
        is_grad_enabled() && (
            _factors is { } f ? f.GlobalRows.requires_grad || f.LocalRows.requires_grad : _explicit!.Tensors.Any(t => t.requires_grad));

    /// <summary>The device of the scores.</summary>
    internal Device Device => Reference.device;

    private Tensor Reference => _explicit?.Any ?? _factors!.GlobalRows;

    /// <summary>Whether a tensor is on the device of the scores.</summary>
    internal bool IsBeside(Tensor tensor) => tensor.device_type == Reference.device_type && tensor.device_index == Reference.device_index;

    /// <summary>Factor that a loss will multiply the reductions by, if it is known: see <see cref="StreamedScore"/>.</summary>
    internal double ExpectedScale { get; private init; } = 1.0;

    /// <summary>The scores of the positive pairs.</summary>
    /// <returns>A new differentiable tensor <c>[N, K, L]</c> that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">A factor is not finite (checked on the CPU only).</exception>
    public Tensor Positives()
    {
        using var scope = NewDisposeScope();
        if (_factors is not { } factors)
        {
            return scope.MoveToOuter(_explicit!.Positives().contiguous());
        }

        Tensor globals = factors.GlobalRows.to(ScoreType).view(BatchSize, Globals, -1);
        Tensor locals = factors.LocalRows.to(ScoreType).view(BatchSize, Locations, -1);
        Tensor scores = globals.bmm(locals.transpose(1, 2));
        StreamedScore.CheckFinite(scores.detach().sum(), factors.GlobalRows, factors.LocalRows);
        return scope.MoveToOuter(factors.Map is null ? scores : factors.Map.Value(scores));
    }

    /// <summary>All scores in one tensor: for inspection and small batches, since it needs N²·K·L numbers.</summary>
    /// <returns>A new differentiable tensor <c>[N, K, N, L]</c> that belongs to the caller or its dispose scope.</returns>
    /// <exception cref="InvalidOperationException">The scores are sampled: most pairs have none.</exception>
    public Tensor ToDense()
    {
        if (IsSampled)
        {
            throw new InvalidOperationException(
                "Sampled scores are those of the positives and a few negatives of each; most pairs have none.");
        }

        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_explicit is DenseScores dense ? dense.Scores.alias() : _factors!.ToDense());
    }

    /// <summary>The global vectors behind the scores: the projected ones of factored scores, or those given with dense scores.</summary>
    /// <returns>
    /// A new differentiable view <c>[N, K, units]</c>, or null for dense scores without; it belongs to the caller or its dispose scope.
    /// </returns>
    public Tensor? GlobalVectors() => _globalVectors?.alias() ?? _factors?.GlobalRows.view(BatchSize, Globals, -1);

    /// <summary>The local vectors behind the scores: the projected ones of factored scores, or those given with dense scores.</summary>
    /// <returns>
    /// A new differentiable view <c>[N, L, units]</c>, or null for dense scores without; it belongs to the caller or its dispose scope.
    /// </returns>
    public Tensor? LocalVectors() => _localVectors?.alias() ?? _factors?.LocalRows.view(BatchSize, Locations, -1);

    /// <summary>The scores with a function applied to each of them.</summary>
    /// <param name="function">The function.</param>
    /// <returns>A new matrix over the same tensors; factored scores stay factored.</returns>
    public ScoreMatrix Map(ScoreFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        Factors? factors = _factors is null ? null : _factors with
        {
            GlobalRows = _factors.GlobalRows.alias(),
            LocalRows = _factors.LocalRows.alias(),
            Map = _factors.Map is null ? function : new ComposedFunction(_factors.Map, function),
        };
        return new ScoreMatrix(
            factors, _explicit?.Map(function), _globalVectors?.alias(), _localVectors?.alias(), BatchSize, Globals, Locations);
    }

    /// <summary>
    /// The same scores with the two sides exchanged: each local vector is contrasted with the global vectors of the other examples.
    /// </summary>
    /// <returns>A new matrix over the same tensors, with K and L exchanged; factored scores stay factored.</returns>
    /// <exception cref="InvalidOperationException">The scores are sampled: their negatives belong to one side.</exception>
    public ScoreMatrix Transposed()
    {
        if (IsSampled)
        {
            throw new InvalidOperationException("Sampled scores cannot be transposed: their negatives were drawn for the global vectors.");
        }

        Factors? factors = _factors is not { } f
            ? null
            : new Factors(f.LocalRows.alias(), f.GlobalRows.alias(), BatchSize, f.Map, f.Options, f.Workspace);
        ExplicitScores? dense = _explicit is DenseScores d ? new DenseScores(d.Scores.permute(2, 3, 0, 1)) : null;
        return new ScoreMatrix(factors, dense, _localVectors?.alias(), _globalVectors?.alias(), BatchSize, Locations, Globals)
        {
            ExpectedScale = ExpectedScale,
        };
    }

    /// <summary>The same scores for a loss that multiplies their reductions by a factor. Values do not change.</summary>
    internal ScoreMatrix WithExpectedScale(double scale)
    {
        Factors? factors = _factors is not { } f ? null : f with { GlobalRows = f.GlobalRows.alias(), LocalRows = f.LocalRows.alias() };
        return new ScoreMatrix(factors, _explicit?.Alias(), _globalVectors?.alias(), _localVectors?.alias(), BatchSize, Globals, Locations)
        {
            ExpectedScale = scale,
        };
    }

    /// <summary>Disposes this matrix's views; the tensors it was made from stay.</summary>
    public void Dispose()
    {
        foreach (Tensor view in Views())
        {
            view.Dispose();
        }
    }

    /// <summary>Moves this matrix's views from a scope to the one around it.</summary>
    internal void MoveToOuter(DisposeScope scope)
    {
        foreach (Tensor view in Views())
        {
            scope.MoveToOuter(view);
        }
    }

    private SampledScores? Drawn => _explicit as SampledScores;

    private IEnumerable<Tensor> Views() =>
        new[] { _factors?.GlobalRows, _factors?.LocalRows, _globalVectors, _localVectors }.OfType<Tensor>().Concat(
            _explicit?.Tensors ?? []);
}
