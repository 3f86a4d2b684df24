namespace InfoMax.Training.Memory;

/// <summary>One thing that takes memory in a training run.</summary>
/// <param name="Name">Its name: "encoder", "loss", "gradients", "optimizer" and so on.</param>
/// <param name="Bytes">Bytes that it takes at the peak; null if unknown.</param>
/// <param name="Reason">Why it takes that much, in one line.</param>
internal sealed record MemoryPart(string Name, long? Bytes, string Reason)
{
    /// <summary>Whether it is in memory already, before the run starts.</summary>
    public bool IsAllocated { get; init; }

    /// <summary>What reduces it; null if nothing does.</summary>
    public string? Advice { get; init; }

    /// <summary>The sizes of its blocks are like those of these tensors.</summary>
    public MemoryBlocks Blocks { get; init; } = MemoryBlocks.Weights;
}
