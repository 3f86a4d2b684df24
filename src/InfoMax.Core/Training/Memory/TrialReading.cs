namespace InfoMax.Training.Memory;

/// <summary>Growth in bytes of the memory that an allocator has taken, in the parts of a step.</summary>
/// <param name="Examples">Examples in the batch.</param>
/// <param name="Encoder">While the encoder ran.</param>
/// <param name="Loss">While the loss ran.</param>
/// <param name="Backward">In the backward pass, including gradients of the weights.</param>
/// <param name="Afterwards">With what the optimizer keeps, and in the step after.</param>
internal sealed record TrialReading(long Examples, long Encoder, long Loss, long Backward, long Afterwards)
{
    public long Total => Encoder + Loss + Backward + Afterwards;

    /// <summary>The reading of a batch of another size, if each part is proportional to it.</summary>
    public TrialReading Scaled(long examples) =>
        new(examples, At(Encoder, examples), At(Loss, examples), At(Backward, examples), At(Afterwards, examples));

    private long At(long bytes, long examples) => (long)(bytes * ((double)examples / Examples));
}
