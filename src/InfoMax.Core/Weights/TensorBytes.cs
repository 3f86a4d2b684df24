using static TorchSharp.torch;

namespace InfoMax.Weights;

/// <summary>The bytes of a tensor in chunks: a span holds at most two gigabytes.</summary>
internal static class TensorBytes
{
    private const int ChunkLength = 1 << 24;

    /// <summary>Receives a chunk.</summary>
    /// <param name="bytes">The chunk of the tensor's memory.</param>
    /// <param name="start">Its position in the tensor's bytes.</param>
    public delegate void Visit(Span<byte> bytes, long start);

    /// <summary>Visits the bytes of a contiguous tensor on the CPU in order.</summary>
    public static void InChunks(Tensor tensor, Visit visit)
    {
        long count = tensor.numel();
        if (count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        int size = SafetensorsTypes.SizeOf(tensor.dtype);
        int step = ChunkLength / size;
        Tensor flat = tensor.view(-1);
        for (long at = 0; at < count; at += step)
        {
            using Tensor part = flat.narrow(0, at, Math.Min(step, count - at));
            visit(part.bytes, at * size);
        }
    }
}
