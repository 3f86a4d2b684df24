using InfoMax.Encoders.Layers;
using InfoMax.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>A list of layers as a module, such as the part of an encoder above its local map as a critic's network.</summary>
internal sealed class LayerSequence : nn.Module<Tensor, Tensor>
{
    private readonly long[] _inputShape;
    private readonly LayerNetwork _network;

    /// <summary>Builds the layers.</summary>
    /// <param name="inputShape">
    /// Shape of one example: <c>[C, *spatial]</c> with up to three spatial dimensions (−1 for any size), or <c>[D]</c>.
    /// </param>
    /// <param name="layers">The layers in order, at least one; their names are ignored.</param>
    /// <param name="weights">Initial weights; null for PyTorch's default.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentException">
    /// Layers have values out of range or do not fit together; the message lists every fault.
    /// </exception>
    public LayerSequence(
        IReadOnlyList<long> inputShape, IReadOnlyList<Layer> layers, WeightInitialization? weights = null, int? seed = null)
        : base(NativeBackend.Checked(nameof(LayerSequence)))
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(layers);
        var faults = new List<string>();
        List<LayerShape> shapes = LayerNetwork.Infer(inputShape, layers, faults);
        if (faults.Count == 0 && shapes[^1].Grid is not null)
        {
            faults.Add("crops are not put back: Layer.Fold() must follow Layer.Unfold(size)");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException("The layers cannot be built: " + string.Join("; ", faults) + ".", nameof(layers));
        }

        _inputShape = [.. inputShape];
        OutputShape = shapes[^1].Sizes;
        _network = LayerNetwork.Build(inputShape, layers, shapes, weights ?? WeightInitialization.PyTorch, seed);
        _network.RegisterIn(this);
        RegisterComponents();
    }

    /// <summary>
    /// Shape of one output: <c>[C, *spatial]</c>, or <c>[D]</c> if the last layer gives a vector; −1 for a size that depends on the
    /// input's.
    /// </summary>
    public IReadOnlyList<long> OutputShape { get; }

    /// <summary>Runs the layers. Use <c>call(input)</c>, which also runs hooks.</summary>
    /// <param name="input">Inputs <c>[N, *inputShape]</c>.</param>
    /// <returns>Outputs <c>[N, *OutputShape]</c>; they belong to the caller, or to the dispose scope open at the call.</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        TensorGuard.NotDisposed(input);
        TensorGuard.HasShape(input, [-1, .. _inputShape]);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(_network.Run(input));
    }
}
