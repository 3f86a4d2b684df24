using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>What the header of a safetensors file says about one tensor.</summary>
/// <param name="DType">Its dtype.</param>
/// <param name="Shape">Its shape; empty for a scalar. No size is negative.</param>
/// <param name="Begin">Position of its bytes, counted from the end of the header.</param>
/// <param name="Length">Number of its bytes, 0 or more.</param>
internal readonly record struct SafetensorsEntry(ScalarType DType, IReadOnlyList<long> Shape, long Begin, long Length);
