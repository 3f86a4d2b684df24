using static TorchSharp.torch;

namespace InfoMax.Scores.Streaming;

/// <summary>Some rows and columns of the scores.</summary>
/// <param name="Scores">Scores <c>[rows·K, columns·L]</c>, contiguous; kernels overwrite them with weights.</param>
/// <param name="Chain">Derivative of the map of the scores, same shape; null if there is no map or no gradient is wanted.</param>
/// <param name="Row">First example of the rows.</param>
/// <param name="Rows">Examples in the rows.</param>
/// <param name="Column">First example of the columns.</param>
/// <param name="Columns">Examples in the columns.</param>
internal readonly record struct Tile(Tensor Scores, Tensor? Chain, long Row, long Rows, long Column, long Columns)
{
    public bool HasPositives => Column < Row + Rows && Row < Column + Columns;

    /// <summary>First example with positives in the tile.</summary>
    public long FirstPositive => Math.Max(Row, Column);

    /// <summary>
    /// The positives of a tensor of the tile's shape, as a view <c>[K, L, examples]</c>; call it only where there are some.
    /// </summary>
    public Tensor Positives(Tensor values) =>
        values.view(Rows, values.shape[0] / Rows, Columns, values.shape[1] / Columns).diagonal(Row - Column, 0, 2);

    /// <summary>Sets the scores of the positives, if there are any.</summary>
    public void Fill(double score)
    {
        if (HasPositives)
        {
            Positives(Scores).fill_(score);
        }
    }
}
