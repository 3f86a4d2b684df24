using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>What the header of a safetensors file says of one tensor.</summary>
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(ScalarType dtype, IReadOnlyList<long> shape, long begin, long length)
    {
        DType = dtype;
        Shape = shape;
        Begin = begin;
        Length = length;
    }

    /// <summary>Kind of its numbers.</summary>
    public ScalarType DType { get; }

    /// <summary>Its shape; empty for a scalar. No size is negative.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Its bytes, 0 or more.</summary>
    public long Length { get; }

    /// <summary>Where its bytes begin, counted from the end of the header.</summary>
    internal long Begin { get; }
}
