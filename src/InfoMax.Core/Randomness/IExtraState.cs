using static TorchSharp.torch;

namespace InfoMax.Randomness;

/// <summary>
/// Something that keeps more than parameters and buffers and must get it back when training resumes: the state of a generator, a counter,
/// another optimizer. Implement it in a module of your own (encoder, critic, objective), or in
/// a callback, and checkpoints hold it too.
/// </summary>
public interface IExtraState
{
    /// <summary>What is kept, by name.</summary>
    /// <returns>New tensors of any shape, on any device, that belong to the caller or its dispose scope. The names are the same at each
    /// call and for each instance that was made alike.</returns>
    IReadOnlyDictionary<string, Tensor> GetExtraState();

    /// <summary>Takes back what <see cref="GetExtraState"/> gave.</summary>
    /// <param name="state">The tensors, on the CPU. They stay the caller's.</param>
    /// <exception cref="ArgumentException">They are not what this object gives. It is as it was.</exception>
    void SetExtraState(IReadOnlyDictionary<string, Tensor> state);
}
