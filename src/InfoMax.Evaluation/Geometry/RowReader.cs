using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Geometry;

/// <summary>
/// The rows of a float32 matrix on the CPU, read where they lie: from many threads, and without a copy of a matrix that is contiguous. No
/// longer than the dispose scope that it was made in.
/// </summary>
internal sealed unsafe class RowReader
{
    private readonly Tensor _rows;
    private readonly float* _first;
    private readonly int _columns;

    public RowReader(Tensor rows)
    {
        _rows = rows.contiguous();
        (Count, _columns) = ((int)rows.shape[0], (int)rows.shape[1]);
        // One span could not hold a matrix of more than 2³¹ bytes; native memory does not move.
        _first = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(_rows.narrow(0, 0, 1).bytes));
    }

    public int Count { get; }

    public ReadOnlySpan<float> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
            return new ReadOnlySpan<float>(_first + ((long)row * _columns), _columns);
        }
    }
}
