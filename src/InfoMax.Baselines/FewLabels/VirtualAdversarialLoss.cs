using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// The local distributional smoothness of a classifier: KL(p(y|x) ‖ p(y|x + r)) in nats, for the r of a given norm that is found to make it
/// large. Owns nothing.
/// </summary>
/// <param name="options">Radius, step of the finite difference, iterations and weights.</param>
/// <param name="modules">All modules whose parameters the logits depend on, in the modes they are to run in.</param>
/// <param name="logits">Logits <c>[N, classes]</c> of inputs <c>[N, …]</c>.</param>
/// <param name="generator">Where the first directions come from.</param>
internal sealed class VirtualAdversarialLoss(
    VirtualAdversarialTraining options, IReadOnlyList<nn.Module> modules, Func<Tensor, Tensor> logits, Generator generator)
{
    /// <summary>
    /// Adds the gradients of the loss on a batch to the parameters, and leaves running statistics and other buffers as they were.
    /// </summary>
    public void Accumulate(Tensor inputs)
    {
        using var buffers = TensorCopies.OfBuffers(modules);
        try
        {
            using var scope = NewDisposeScope();
            Loss(inputs).backward();
        }
        finally
        {
            buffers.Restore();
        }
    }

    /// <summary>
    /// The weighted sum of smoothness and entropy, a scalar with a gradient to the parameters. Changes running statistics.
    /// </summary>
    public Tensor Loss(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        Tensor clean = Clean(inputs);
        Tensor target = clean.detach();
        Tensor perturbed = LogProbabilities(inputs + Perturbation(inputs, target));
        Tensor loss = Divergence(target, perturbed) * options.Weight;
        return scope.MoveToOuter(options.EntropyWeight > 0 ? loss - (clean.exp().mul(clean).sum(1).mean() * options.EntropyWeight) : loss);
    }

    /// <summary>
    /// The perturbation of each example, of norm <see cref="VirtualAdversarialTraining.Epsilon"/>. Leaves parameters and their gradients as
    /// they were; changes running statistics.
    /// </summary>
    /// <param name="inputs">Inputs <c>[N, …]</c>.</param>
    /// <param name="target">log p(y|x) without a graph, <c>[N, classes]</c>.</param>
    /// <returns>Perturbations of the shape of the inputs, without a graph.</returns>
    public Tensor Perturbation(Tensor inputs, Tensor target)
    {
        using var scope = NewDisposeScope();
        Tensor direction = Unit(randn(inputs.shape, generator: generator).to(inputs.dtype, inputs.device), otherwise: null);
        using (new FrozenParameters(modules))
        {
            for (int i = 0; i < options.PowerIterations; i++)
            {
                direction = Unit(Gradient(inputs, target, direction), direction);
            }
        }

        return scope.MoveToOuter(direction.mul(options.Epsilon));
    }

    /// <summary>Mean over examples of Σ p (log p − log q), a scalar, of log p and log q <c>[N, classes]</c>.</summary>
    public static Tensor Divergence(Tensor logP, Tensor logQ)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(logP.exp().mul(logP - logQ).sum(1).mean());
    }

    /// <summary>Each example divided by its norm; by another tensor's row where the norm is 0.</summary>
    private static Tensor Unit(Tensor values, Tensor? otherwise)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // By the largest entry first, whose square might underflow.
        Tensor rows = values.flatten(1), largest = rows.abs().amax([1], keepdim: true);
        Tensor scaled = rows / largest;
        Tensor unit = scaled / scaled.square().sum(1, keepdim: true).sqrt();
        if (otherwise is not null)
        {
            unit = where(largest.gt(0), unit, otherwise.flatten(1));
        }

        return scope.MoveToOuter(unit.view(values.shape));
    }

    /// <summary>The gradient of the divergence by the perturbation, at a short step along a direction.</summary>
    private Tensor Gradient(Tensor inputs, Tensor target, Tensor direction)
    {
        using var scope = NewDisposeScope();
        using var enabled = enable_grad();
        Tensor step = direction.mul(options.Xi).detach().requires_grad_(true);
        Tensor divergence = Divergence(target, LogProbabilities(inputs + step));
        if (!divergence.requires_grad)
        {
            throw new InvalidOperationException(
                "Expected logits that can be differentiated by the inputs, got logits without a gradient: the encoder cuts it off.");
        }

        divergence.backward();
        Tensor? gradient = step.grad;
        return gradient is null
            ? throw new InvalidOperationException(
                "Expected logits that depend on the inputs, got logits whose gradient does not reach them.")
            : scope.MoveToOuter(gradient);
    }

    private Tensor Clean(Tensor inputs)
    {
        if (options.EntropyWeight > 0)
        {
            return LogProbabilities(inputs);
        }

        using var noGrad = no_grad();
        return LogProbabilities(inputs);
    }

    private Tensor LogProbabilities(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(nn.functional.log_softmax(logits(inputs), 1));
    }
}
