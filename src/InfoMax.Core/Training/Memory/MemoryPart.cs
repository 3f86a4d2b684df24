namespace InfoMax.Training.Memory;

/// <summary>One thing that takes memory in a training run.</summary>
/// <param name="Name">Its name: "encoder", "loss", "gradients", "optimizer" and so on.</param>
/// <param name="Bytes">Bytes that it takes at the time when most is needed; null if it is not known.</param>
/// <param name="Reason">Why it takes that much, in one line.</param>
public sealed record MemoryPart(string Name, long? Bytes, string Reason)
{
    /// <summary>Whether it is in memory already, before the run starts.</summary>
    public bool IsAllocated { get; init; }
}
