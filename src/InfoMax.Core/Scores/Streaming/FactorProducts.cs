using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>
/// The three products of a streamed evaluation, tile by tile: scores, and the contributions of a tile of weights to the gradients of both
/// factors. Weights are derivatives of the value by the scores up to a common factor.
/// </summary>
internal sealed class FactorProducts
{
    private readonly Factors _factors;
    private readonly WantedGradients _wanted;
    private readonly Tensor _globals;
    private readonly Tensor _locals;
    private readonly Tensor _globalsForLocals;
    private readonly Tensor _buffer;

    /// <summary>Makes the buffers, in the scope that is open.</summary>
    /// <param name="factors">The factors.</param>
    /// <param name="wanted">Which gradients are gathered.</param>
    /// <param name="rowExamples">Maximum number of examples in the rows of a tile.</param>
    /// <param name="columnExamples">Maximum number of examples in the columns of a tile.</param>
    /// <param name="localWeight">Factor of the local gradient, folded into the small factor of its product.</param>
    public FactorProducts(Factors factors, WantedGradients wanted, long rowExamples, long columnExamples, double localWeight = 1.0)
    {
        (_factors, _wanted) = (factors, wanted);
        (_globals, _locals) = factors.BFloat16Products
            ? (factors.GlobalRows.to(ScalarType.BFloat16), factors.LocalRows.to(ScalarType.BFloat16))
            : (factors.GlobalRows, factors.LocalRows);
        _globalsForLocals = wanted.Locals && localWeight != 1.0 ? _globals.mul(localWeight) : _globals;
        long count = rowExamples * factors.Globals * columnExamples * factors.Locations;
        _buffer = factors.Workspace?.Take(count, factors.ScoreType, factors.Device) ?? empty(
            count, dtype: factors.ScoreType, device: factors.Device);
        UnmappedPositiveSum = factors.Map is null ? null : zeros([], dtype: ScalarType.Float64, device: factors.Device);
        GlobalGradient = wanted.Globals ? empty(factors.GlobalRows.shape, dtype: factors.ScoreType, device: factors.Device) : null;
        LocalGradient = wanted.Locals ? empty(factors.LocalRows.shape, dtype: factors.ScoreType, device: factors.Device) : null;
    }

    /// <summary>
    /// Sum of the positives' inner products where scores are mapped, since a map may hide an infinity; null where they are not.
    /// </summary>
    public Tensor? UnmappedPositiveSum { get; }

    /// <summary>Gathered gradient <c>[N·K, D]</c>.</summary>
    public Tensor? GlobalGradient { get; }

    /// <summary>Gathered gradient <c>[N·L, D]</c>.</summary>
    public Tensor? LocalGradient { get; }

    /// <summary>Computes the scores of a tile; they are valid until the next one.</summary>
    public Tile Scores(long row, long rows, long column, long columns)
    {
        Tensor g = _factors.GlobalBlock(_globals, row, rows), x = _factors.LocalBlock(_locals, column, columns);
        Tensor scores = _buffer.narrow(0, 0, g.shape[0] * x.shape[0]).view(g.shape[0], x.shape[0]);
        if (_factors.BFloat16Products)
        {
            scores.copy_(g.mm(x.t()));
        }
        else
        {
            scores.addmm_(g, x.t(), beta: 0, alpha: 1);
        }

        Tensor? chain = null;
        if (_factors.Map is { } map)
        {
            chain = _wanted.Any ? map.Derivative(scores.clone()) : null;
            var raw = new Tile(scores, null, row, rows, column, columns);
            if (raw.HasPositives)
            {
                UnmappedPositiveSum!.add_(raw.Positives(scores).sum());
            }

            scores.copy_(map.Value(scores));
        }

        return new Tile(scores, chain, row, rows, column, columns);
    }

    /// <summary>
    /// Adds a tile of weights to the gradients; tiles of a column of tiles, or of a row, must come from the first example on.
    /// </summary>
    public void AddGradients(in Tile tile, Tensor weights)
    {
        if (!_wanted.Any)
        {
            return;
        }

        if (tile.Chain is not null)
        {
            weights.mul_(tile.Chain);
        }

        Tensor factor = _factors.BFloat16Products ? weights.to(ScalarType.BFloat16) : weights;
        if (GlobalGradient is not null)
        {
            Add(
                _factors.GlobalBlock(GlobalGradient, tile.Row, tile.Rows),
                factor,
                _factors.LocalBlock(_locals, tile.Column, tile.Columns),
                first: tile.Column == 0);
        }

        if (LocalGradient is not null)
        {
            Add(
                _factors.LocalBlock(LocalGradient, tile.Column, tile.Columns),
                factor.t(),
                _factors.GlobalBlock(_globalsForLocals, tile.Row, tile.Rows),
                first: tile.Row == 0);
        }
    }

    /// <summary>
    /// Multiplies the local gradient of some examples by a number and adds what follows from derivatives by the positives.
    /// </summary>
    /// <param name="column">First example.</param>
    /// <param name="columns">Number of examples.</param>
    /// <param name="scale">The number, a scalar.</param>
    /// <param name="byPositive">Derivatives of the value by the positives, <c>[N, K, L]</c>.</param>
    public void FinishLocals(long column, long columns, Tensor scale, Tensor byPositive)
    {
        if (LocalGradient is null)
        {
            return;
        }

        Tensor block = _factors.LocalBlock(LocalGradient, column, columns).mul_(scale).view(columns, _factors.Locations, -1);
        Tensor globals = _factors.GlobalBlock(_factors.GlobalRows, column, columns).to(_factors.ScoreType).view(
            columns, _factors.Globals, -1);
        Tensor byLocation = byPositive.narrow(0, column, columns).transpose(1, 2);
        if (_factors.Globals == 1)
        {
            block.addcmul_(byLocation, globals, 1);
        }
        else
        {
            block.add_(byLocation.bmm(globals));
        }
    }

    /// <summary>As <see cref="FinishLocals"/>, for the global gradient.</summary>
    public void FinishGlobals(Tensor scale, Tensor byPositive)
    {
        if (GlobalGradient is null)
        {
            return;
        }

        long n = _factors.BatchSize;
        Tensor locals = _factors.LocalRows.to(_factors.ScoreType).view(n, _factors.Locations, -1);
        GlobalGradient.mul_(scale).view(n, _factors.Globals, -1).add_(byPositive.bmm(locals));
    }

    private void Add(Tensor target, Tensor left, Tensor right, bool first)
    {
        if (!_factors.BFloat16Products)
        {
            target.addmm_(left, right, beta: first ? 0 : 1, alpha: 1);
        }
        else if (first)
        {
            target.copy_(left.mm(right));
        }
        else
        {
            target.add_(left.mm(right));
        }
    }
}
