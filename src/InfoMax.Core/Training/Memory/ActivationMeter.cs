using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Training.Memory;

/// <summary>Measures the memory that forward passes keep for the backward pass.</summary>
/// <remarks>
/// On the CPU with glibc the growth of the native heap is exact. Elsewhere the outputs of all layers are added, which omits functions
/// between layers.
/// </remarks>
internal sealed class ActivationMeter : IDisposable
{
    private readonly Encoder _encoder;
    private readonly DimLoss _loss;
    private readonly List<Action> _unhook = [];
    private List<long> _outputs = [];

    public ActivationMeter(Encoder encoder, DimLoss loss, Device device)
    {
        (_encoder, _loss, IsExact) = (encoder, loss, device.type == TorchSharp.DeviceType.CPU && NativeHeap.InUse() is not null);
        foreach (nn.Module module in encoder.modules().Concat(loss.modules()))
        {
            if (module is nn.Module<Tensor, Tensor> layer && !module.children().Any())
            {
                var remover = layer.register_forward_hook((_, _, output) => Note(output));
                _unhook.Add(remover.remove);
            }
        }
    }

    /// <summary>Whether the numbers come from the allocator.</summary>
    public bool IsExact { get; }

    /// <summary>Runs encoder and loss on a batch with gradients, and discards the results.</summary>
    /// <param name="batch">The batch, on the device.</param>
    /// <param name="complete">Adds to the encoder's output what objectives need.</param>
    public ActivationReading Measure(Tensor batch, Func<EncoderOutput, Tensor, EncoderOutput> complete)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        _outputs = [];
        long start = NativeHeap.InUse() ?? 0;
        EncoderOutput output = _encoder.call(batch);
        long encoded = NativeHeap.InUse() ?? 0, outputs = Bytes(output), graded = Graded(output);
        List<long> layers = _outputs;
        _outputs = [];
        DimLossResult result = _loss.call(complete(output, batch));
        long lost = NativeHeap.InUse() ?? 0;
        GC.KeepAlive(result);
        return IsExact
            ? new ActivationReading(batch.shape[0], encoded - start, lost - encoded, outputs, graded, layers, _outputs)
            : new ActivationReading(
                batch.shape[0], layers.Sum() + outputs, _outputs.Sum() + (2 * graded), outputs, graded, layers, _outputs);
    }

    public void Dispose() => _unhook.ForEach(remove => remove());

    private static long Bytes(EncoderOutput output) =>
        output.Features.Values.Append(output.Local.Values).DistinctBy(t => t.Handle).Sum(Bytes)
        + (output.Paired is null ? 0 : Bytes(output.Paired));

    private static long Graded(EncoderOutput output) =>
        Bytes(output.Local.Values) + Bytes(output.Global) + (output.Paired is null ? 0 : Graded(output.Paired));

    private static long Bytes(Tensor tensor) => tensor.numel() * tensor.element_size();

    private Tensor Note(Tensor output)
    {
        _outputs.Add(Bytes(output));
        return output;
    }
}
