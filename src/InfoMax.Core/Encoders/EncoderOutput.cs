using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Encoders;

/// <summary>An encoder's output for a batch: a local feature map, a global vector, and named features for probes.</summary>
/// <remarks>
/// Disposing the output disposes its tensors. Inside a dispose scope this is not necessary: the tensors belong to the scope that was open
/// at the call.
/// </remarks>
public sealed class EncoderOutput : IDisposable
{
    /// <summary>Name under which <see cref="Global"/> is always found in <see cref="Features"/>.</summary>
    public const string GlobalFeature = "global";

    /// <summary>Creates an output.</summary>
    /// <param name="local">The local feature map, <c>[N, C, *spatial]</c>.</param>
    /// <param name="global">
    /// The global vector <c>[N, D]</c>, or K of them per example <c>[N, D, K]</c>; dtype and device of the map.
    /// </param>
    /// <param name="features">More features for probes by name, each <c>[N, …]</c>; "global" is added.</param>
    /// <exception cref="ArgumentException">
    /// Batch sizes, dtypes or devices differ, or the global tensor has another number of dimensions.
    /// </exception>
    public EncoderOutput(LocalFeatureMap local, Tensor global, IReadOnlyDictionary<string, Tensor>? features = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        TensorGuard.NotDisposed(global);
        TensorGuard.FloatingPoint(global);
        if (global.dim() is not (2 or 3) || global.shape[0] != local.BatchSize || global.numel() == 0)
        {
            throw new ArgumentException(
                $"Expected global vectors [{local.BatchSize}, D] or [{local.BatchSize}, D, K] to go with the local map " +
                    $"{TensorGuard.Shape(local.Values.shape)}, got {TensorGuard.Describe(global)}.",
                nameof(global));
        }

        TensorGuard.SameKind(global, local.Values, nameof(global), nameof(local));
        var all = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Tensor feature) in features ?? new Dictionary<string, Tensor>())
        {
            TensorGuard.NotDisposed(feature, nameof(features));
            if (feature.dim() < 2 || feature.shape[0] != local.BatchSize)
            {
                throw new ArgumentException(
                    $"Expected feature \"{name}\" to be [{local.BatchSize}, …], got {TensorGuard.Describe(feature)}.", nameof(features));
            }

            all[name] = feature;
        }

        all[GlobalFeature] = global;
        Local = local;
        Global = global;
        Features = all;
    }

    /// <summary>A copy over the same tensors.</summary>
    private EncoderOutput(EncoderOutput output)
    {
        (Local, Global, Features, Paired) = (output.Local, output.Global, output.Features, output.Paired);
        (Labels, Input, ExampleIndices) = (output.Labels, output.Input, output.ExampleIndices);
    }

    /// <summary>The local feature map, <c>[N, C, *spatial]</c>.</summary>
    public LocalFeatureMap Local { get; }

    /// <summary>The global vector <c>[N, D]</c>, or K of them per example <c>[N, D, K]</c>.</summary>
    public Tensor Global { get; }

    /// <summary>Features by name, each <c>[N, …]</c>: at least "global"; the paper's encoders add "conv" and "fc".</summary>
    public IReadOnlyDictionary<string, Tensor> Features { get; }

    /// <summary>
    /// A second encoding of the batch: another view of each example, another modality, or a corrupted input. Null for encoders without one.
    /// Owned by this output.
    /// </summary>
    /// <exception cref="ArgumentException">The paired output has another batch size.</exception>
    public EncoderOutput? Paired
    {
        get;
        init
        {
            if (value is not null && value.Local.BatchSize != Local.BatchSize)
            {
                throw new ArgumentException(
                    $"Expected an output of {Local.BatchSize} examples, got {value.Local.BatchSize}.", nameof(Paired));
            }

            field = value;
        }
    }

    /// <summary>
    /// A class for each example, int64 <c>[N]</c>, −1 where there is none; null (the default) if unknown. Stays the caller's.
    /// </summary>
    public Tensor? Labels { get; private init; }

    /// <summary>
    /// The batch that was encoded, <c>[N, …]</c>, for objectives that reconstruct it; null (the default) if it was not passed on. Stays the
    /// caller's.
    /// </summary>
    public Tensor? Input { get; private init; }

    /// <summary>
    /// Indices of the examples in the data, int64 <c>[N]</c>, for objectives that remember each example; null (the default) if unknown.
    /// Stays the caller's.
    /// </summary>
    public Tensor? ExampleIndices { get; private init; }

    /// <summary>Adds labels, for objectives that use them.</summary>
    /// <param name="labels">
    /// A class for each example, int64 <c>[N]</c> on the device of the features, −1 where there is none. Stays the caller's.
    /// </param>
    /// <returns>An output over the same tensors: dispose one of the two.</returns>
    /// <exception cref="ArgumentException">The labels have another shape, dtype or device.</exception>
    public EncoderOutput WithLabels(Tensor labels)
    {
        CheckIndices(labels, nameof(labels));
        return new EncoderOutput(this) { Labels = labels };
    }

    /// <summary>Adds the batch that was encoded, for objectives that reconstruct it. The trainer does this.</summary>
    /// <param name="input">The batch <c>[N, …]</c> on the device of the features. Stays the caller's.</param>
    /// <returns>An output over the same tensors: dispose one of the two.</returns>
    /// <exception cref="ArgumentException">The input has another number of examples or another device.</exception>
    public EncoderOutput WithInput(Tensor input)
    {
        TensorGuard.NotDisposed(input);
        if (input.dim() == 0 || input.shape[0] != Local.BatchSize || !OnDevice(input))
        {
            throw new ArgumentException(
                $"Expected an input of {Local.BatchSize} examples on {Global.device}, got {TensorGuard.Describe(input)}.", nameof(input));
        }

        return new EncoderOutput(this) { Input = input };
    }

    /// <summary>Adds the indices of the examples, for objectives that remember something about each. The trainer does this.</summary>
    /// <param name="examples">Indices into the data, int64 <c>[N]</c> on the device of the features. Stays the caller's.</param>
    /// <returns>An output over the same tensors: dispose one of the two.</returns>
    /// <exception cref="ArgumentException">The indices have another shape, dtype or device.</exception>
    public EncoderOutput WithExampleIndices(Tensor examples)
    {
        CheckIndices(examples, nameof(examples));
        return new EncoderOutput(this) { ExampleIndices = examples };
    }

    /// <summary>Disposes every tensor of this output except labels, input and example indices.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors())
        {
            tensor.Dispose();
        }
    }

    /// <summary>Splits an output of 2·N examples: the first N, with the others as <see cref="Paired"/>.</summary>
    internal EncoderOutput InHalves()
    {
        long half = Local.BatchSize / 2;
        EncoderOutput Part(long start) => new(
            new LocalFeatureMap(Local.Values.narrow(0, start, half)), Global.narrow(0, start, half), Features.Where(
                f => f.Key != GlobalFeature).ToDictionary(f => f.Key, f => f.Value.narrow(0, start, half)));
        return new EncoderOutput(Part(0)) { Paired = Part(half) };
    }

    /// <summary>Whether a tensor is one of this output's.</summary>
    internal bool Holds(Tensor tensor) => Tensors().Any(own => ReferenceEquals(own, tensor));

    /// <summary>Moves every tensor of this output from a scope to the one around it.</summary>
    internal EncoderOutput MoveToOuter(DisposeScope scope)
    {
        foreach (Tensor tensor in Tensors())
        {
            scope.MoveToOuter(tensor);
        }

        return this;
    }

    private void CheckIndices(Tensor indices, string name)
    {
        TensorGuard.NotDisposed(indices, name);
        TensorGuard.HasShape(indices, [Local.BatchSize], name);
        if (indices.dtype != ScalarType.Int64 || !OnDevice(indices))
        {
            throw new ArgumentException($"Expected int64 {name} on {Global.device}, got {TensorGuard.Describe(indices)}.", name);
        }
    }

    private bool OnDevice(Tensor tensor) => tensor.device_type == Global.device_type && tensor.device_index == Global.device_index;

    private IEnumerable<Tensor> Tensors() => Features.Values.Append(Local.Values).Concat(Paired?.Tensors() ?? []);
}
