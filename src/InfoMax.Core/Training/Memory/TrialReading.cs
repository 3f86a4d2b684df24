
namespace InfoMax.Training.Memory;

/// <summary>By how many bytes what an allocator has taken grew in the parts of a step.</summary>
/// <param name="Examples">Examples in the batch.</param>
/// <param name="Encoder">While the encoder ran.</param>
/// <param name="Loss">While the loss ran.</param>
/// <param name="Backward">In the backward pass, gradients of the weights among it.</param>
/// <param name="Afterwards">With what the optimizer keeps, and in the step after.</param>
internal sealed record TrialReading(long Examples, long Encoder, long Loss, long Backward, long Afterwards)
{
    public long Total => Encoder + Loss + Backward + Afterwards;

    /// <summary>What a batch of another size would take, if each part grew with it.</summary>
    public TrialReading Scaled(long examples) => new(examples, At(Encoder, examples), At(Loss, examples), At(Backward, examples), At(Afterwards, examples));

    private long At(long bytes, long examples) => (long)(bytes * ((double)examples / Examples));
}
