using static TorchSharp.torch;

namespace InfoMax.Evaluation;

/// <summary>The rows of a float32 matrix on the CPU, copied out of its tensor: reading is safe from many threads.</summary>
internal sealed class RowReader(Tensor rows)
{
    private readonly float[][] _rows = Copy(rows);

    public int Count => _rows.Length;

    public ReadOnlySpan<float> this[int row] => _rows[row];

    private static float[][] Copy(Tensor rows)
    {
        // Row by row: one array could not hold a matrix of more than 2³¹ values.
        var copy = new float[rows.shape[0]][];
        for (int i = 0; i < copy.Length; i++)
        {
            using var scope = NewDisposeScope();
            copy[i] = rows[i].contiguous().data<float>().ToArray();
        }

        return copy;
    }
}
