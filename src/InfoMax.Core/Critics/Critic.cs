using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>
/// Scores every global vector of a batch against every location of it. Extension point: derive and override <see cref="Score"/>.
/// </summary>
/// <remarks>
/// A critic owns its layers; declare them as fields with <c>[ComponentName]</c> and call <c>RegisterComponents()</c> last in the
/// constructor.
/// </remarks>
public abstract class Critic : nn.Module<LocalFeatureMap, Tensor, ScoreMatrix>
{
    /// <summary>Creates the module.</summary>
    /// <param name="name">The module's name.</param>
    protected Critic(string name)
        : base(NativeBackend.Checked(name))
    {
    }

    /// <summary>
    /// A critic on the output of a network for local vectors that are flattened inputs with a shape, such as images. For the mutual
    /// information of an input and its code.
    /// </summary>
    /// <param name="exampleShape">Shape of a local variable before it was flattened, without the batch dimension.</param>
    /// <param name="network">From <c>[rows, *exampleShape]</c> to vectors <c>[rows, C]</c>. Owned by the new critic.</param>
    /// <param name="critic">The critic for local vectors of C channels. Owned by the new critic.</param>
    /// <returns>The critic.</returns>
    /// <exception cref="ArgumentException">A size is below 1, or there are none.</exception>
    public static Critic Encoded(IReadOnlyList<long> exampleShape, nn.Module<Tensor, Tensor> network, Critic critic) =>
        new EncodedCritic(exampleShape, network, critic);

    /// <summary>
    /// Whether the score is 1-Lipschitz in the pair of local and global vector (Euclidean distance), as the Wasserstein distance needs it;
    /// false by default.
    /// </summary>
    public virtual bool IsLipschitz => false;

    /// <summary>Scores all pairs of a batch. Use <c>call(local, globals)</c>, which also runs hooks.</summary>
    /// <param name="local">Local features <c>[N, C, *spatial]</c>.</param>
    /// <param name="globals">Global vectors <c>[N, D]</c> or <c>[N, D, K]</c>, same dtype and device.</param>
    /// <returns>
    /// The scores; the tensors behind them belong to the dispose scope open at the call, and the matrix must be used within it.
    /// </returns>
    /// <exception cref="ArgumentException">Batch sizes, dtypes or devices differ, or there are fewer than two examples.</exception>
    public sealed override ScoreMatrix forward(LocalFeatureMap local, Tensor globals)
    {
        ArgumentNullException.ThrowIfNull(local);
        TensorGuard.NotDisposed(globals);
        TensorGuard.FloatingPoint(globals);
        if (globals.dim() is not (2 or 3) || globals.shape[0] != local.BatchSize)
        {
            throw new ArgumentException(
                $"Expected global vectors [{local.BatchSize}, D] or [{local.BatchSize}, D, K] to go with the local map " +
                $"{TensorGuard.Shape(local.Values.shape)}, got {TensorGuard.Describe(globals)}.",
                nameof(globals));
        }

        TensorGuard.SameKind(globals, local.Values, nameof(globals), nameof(local));
        if (local.BatchSize < 2)
        {
            throw new ArgumentException(
                $"Expected a batch of at least 2 examples, since the negatives of an example are the others; " +
                $"got {TensorGuard.Describe(globals)}.",
                nameof(globals));
        }

        return Score(local, globals);
    }

    /// <summary>Scores all pairs of a batch that has been checked.</summary>
    /// <param name="local">Local features <c>[N, C, *spatial]</c>.</param>
    /// <param name="globals">Global vectors <c>[N, D]</c> or <c>[N, D, K]</c>.</param>
    /// <returns>The scores.</returns>
    protected abstract ScoreMatrix Score(LocalFeatureMap local, Tensor globals);
}
