namespace InfoMax.Data;

/// <summary>A source that reports how much memory its examples take.</summary>
internal interface IMemoryHolder
{
    /// <summary>Bytes of the examples in memory; null if unknown.</summary>
    long? HeldBytes { get; }
}
