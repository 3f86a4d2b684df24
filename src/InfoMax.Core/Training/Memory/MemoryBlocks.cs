namespace InfoMax.Training.Memory;

/// <summary>Tensors by the sizes of their blocks, which decide whether glibc maps a block or takes it from its heap.</summary>
internal enum MemoryBlocks
{
    /// <summary>Like the weights of encoder and loss.</summary>
    Weights,

    /// <summary>Like the outputs of the encoder's layers.</summary>
    Encoder,

    /// <summary>Like the outputs of the loss's layers.</summary>
    Loss,
}
