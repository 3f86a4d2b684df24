using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>The value of one objective on one batch.</summary>
/// <remarks>Disposing it disposes its tensors; inside a dispose scope that is not necessary.</remarks>
public sealed class ObjectiveResult : IDisposable
{
    /// <summary>Creates a result.</summary>
    /// <param name="loss">The loss that encoder and critics minimize, a scalar, before the objective's weight.</param>
    /// <param name="adversaryLoss">
    /// The loss that an adversary owned by the objective minimizes, a scalar that sends no gradient to the encoder; null if there is none.
    /// It is not weighted.
    /// </param>
    /// <param name="metrics">Detached scalars by name; read when a step reports.</param>
    public ObjectiveResult(Tensor loss, Tensor? adversaryLoss = null, IReadOnlyDictionary<string, Tensor>? metrics = null)
    {
        TensorGuard.NotDisposed(loss);
        TensorGuard.HasShape(loss, []);
        if (adversaryLoss is not null)
        {
            TensorGuard.HasShape(TensorGuard.NotDisposed(adversaryLoss), []);
        }

        Loss = loss;
        AdversaryLoss = adversaryLoss;
        Metrics = metrics ?? new Dictionary<string, Tensor>();
    }

    /// <summary>The loss that encoder and critics minimize, a scalar, before the objective's weight.</summary>
    public Tensor Loss { get; }

    /// <summary>The loss that an adversary owned by the objective minimizes, a scalar; null if there is none.</summary>
    public Tensor? AdversaryLoss { get; }

    /// <summary>Detached scalars by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Metrics { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors())
        {
            tensor.Dispose();
        }
    }

    internal ObjectiveResult MoveToOuter(DisposeScope scope)
    {
        foreach (Tensor tensor in Tensors())
        {
            scope.MoveToOuter(tensor);
        }

        return this;
    }

    private IEnumerable<Tensor> Tensors() =>
        AdversaryLoss is null ? Metrics.Values.Prepend(Loss) : Metrics.Values.Prepend(Loss).Prepend(AdversaryLoss);
}
