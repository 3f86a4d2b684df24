using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>
/// A batch that is encoded in parts, with the gradient of the whole. The parts are encoded without graphs, the loss is computed once over
/// all outputs, and a second pass backpropagates its gradient part by part (gradient caching, Gao et al., 2021). Activations of one part
/// are in memory at a time.
/// </summary>
/// <remarks>
/// Both passes use the same random numbers: generators are restored before the second pass. So are running statistics, so that each part
/// counts once. Batch normalization normalizes within a part, not within the batch; without it, or in evaluation mode, the gradient equals
/// that of the whole batch up to rounding.
/// </remarks>
internal sealed class LargeBatch : IDisposable
{
    private readonly Encoder _encoder;
    private readonly Tensor[] _parts;
    private readonly GeneratorSnapshot[] _draws;
    private readonly List<Tensor> _leaves = [];

    private LargeBatch(Encoder encoder, Tensor batch, int parts)
    {
        _encoder = encoder;
        _parts = batch.chunk(parts);
        _draws = new GeneratorSnapshot[_parts.Length];
        using var buffers = TensorCopies.OfBuffers(encoder);
        var outputs = new EncoderOutput[_parts.Length];
        using (no_grad())
        {
            for (int i = 0; i < _parts.Length; i++)
            {
                _draws[i] = new GeneratorSnapshot(encoder);
                outputs[i] = encoder.call(_parts[i]);
            }
        }

        buffers.Restore();
        Output = Join(outputs);
    }

    /// <summary>What the encoder made of the whole batch: leaves of the loss's graph.</summary>
    public EncoderOutput Output { get; }

    /// <summary>Encodes a batch, inside the step's dispose scope.</summary>
    public static LargeBatch Encode(Encoder encoder, Tensor batch, int parts) => new(encoder, batch, parts);

    /// <summary>
    /// Hands the gradient of a loss on <see cref="Output"/> back to the encoder's parameters. The loss's own parameters get theirs at once.
    /// </summary>
    public void Backward(Tensor total)
    {
        total.backward();
        Tensor?[] gradients = [.. _leaves.Select(leaf => leaf.grad)];
        long start = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            using var scope = NewDisposeScope();
            long count = _parts[i].shape[0];
            _draws[i].Restore();
            List<Tensor> tensors = [], incoming = [];
            foreach ((Tensor tensor, Tensor? gradient) in Tensors(_encoder.call(_parts[i])).Zip(gradients))
            {
                if (gradient is not null && tensor.requires_grad)
                {
                    tensors.Add(tensor);
                    incoming.Add(gradient.narrow(0, start, count));
                }
            }

            if (tensors.Count > 0)
            {
                autograd.backward(tensors, incoming);
            }

            start += count;
        }
    }

    public void Dispose()
    {
        foreach (GeneratorSnapshot draws in _draws)
        {
            draws.Dispose();
        }
    }

    private EncoderOutput Join(EncoderOutput[] outputs)
    {
        Tensor Leaf(Func<EncoderOutput, Tensor> pick)
        {
            Tensor leaf = cat(outputs.Select(pick).ToArray()).detach();
            if (leaf.is_floating_point())
            {
                leaf.requires_grad_(true);
            }

            _leaves.Add(leaf);
            return leaf;
        }

        // In the order of Tensors.
        var local = new LocalFeatureMap(Leaf(o => o.Local.Values));
        Tensor global = Leaf(o => o.Global);
        Dictionary<string, Tensor> features = Named(outputs[0]).ToDictionary(name => name, name => Leaf(o => o.Features[name]));
        EncoderOutput? other = outputs[0].Paired is null ? null : Join([.. outputs.Select(o => o.Paired!)]);
        return new EncoderOutput(local, global, features) { Paired = other };
    }

    private static IEnumerable<Tensor> Tensors(EncoderOutput output) => Named(output).Select(name => output.Features[name])
        .Prepend(output.Global).Prepend(output.Local.Values).Concat(output.Paired is null ? [] : Tensors(output.Paired));

    private static IEnumerable<string> Named(EncoderOutput output) =>
        output.Features.Keys.Where(name => name != EncoderOutput.GlobalFeature).Order(StringComparer.Ordinal);
}
