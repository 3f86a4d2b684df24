using InfoMax.Encoders.Layers;
using InfoMax.Foundation;

namespace InfoMax.Encoders;

/// <summary>
/// Describes an encoder layer by layer, for <see cref="ConvEncoder"/>. The output <c>[N, C, *spatial]</c> of the layer named "local" is the
/// local feature map. The last layer is named "global"; its output is the global vector <c>[N, D]</c> or, if it is a map, one global vector
/// per location. Outputs with other names are features for probes.
/// </summary>
/// <remarks>
/// The factories describe the networks of the paper and of its reference code, standard residual networks, and networks for sequences and
/// volumes. Change a description with <c>with</c>; spread its layers into another list.
/// </remarks>
public sealed partial record EncoderDescription
{
    /// <summary>Name of the layer whose output is the local feature map.</summary>
    public const string LocalTap = "local";

    /// <summary>Name of the last layer, whose output is the global vector or vectors.</summary>
    public const string GlobalTap = EncoderOutput.GlobalFeature;

    /// <summary>Shape of one example.</summary>
    /// <value><c>[C, *spatial]</c> with one to three spatial dimensions, −1 for any size.</value>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>The layers in order.</summary>
    /// <value>One is named "local" and gives a map; a later one, the last, is named "global".</value>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>Initial weights of layers without their own rule.</summary>
    /// <value>Default <see cref="WeightInitialization.PyTorch"/>.</value>
    public WeightInitialization Weights { get; init; } = WeightInitialization.PyTorch;

    /// <summary>The input shape and the layers in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public override string ToString() =>
        $"{(InputShape is null ? "no input" : TensorGuard.Shape(InputShape))} → {string.Join(" → ", Layers ?? [])}";

    /// <summary>
    /// The layers between the local map and the last layer, without their names, for critics that repeat the encoder's path from map to
    /// vector.
    /// </summary>
    /// <returns>The layers, possibly none.</returns>
    /// <exception cref="ArgumentException">No layer is named "local".</exception>
    public IReadOnlyList<Layer> AfterLocal()
    {
        int local = Array.FindIndex([.. Layers ?? []], layer => layer.Names.Contains(LocalTap));
        return local >= 0
            ? [.. Layers!.Skip(local + 1).SkipLast(1).Select(layer => layer.Unnamed())]
            : throw new ArgumentException($"Expected a layer named \"{LocalTap}\".", "description");
    }

    /// <summary>Shape of a named output for one example, without building the network.</summary>
    /// <param name="tap">A name: "local", "global" or a feature's.</param>
    /// <returns><c>[C, *spatial]</c> or <c>[D]</c>; −1 for a size that depends on the input's.</returns>
    /// <exception cref="ArgumentException">No layer has this name, or the description has faults; the message lists them.</exception>
    public IReadOnlyList<long> ShapeOf(string tap)
    {
        IReadOnlyList<LayerShape> shapes = Check();
        int index = Array.FindIndex([.. Layers], layer => layer.Names.Contains(tap));
        return index >= 0
            ? shapes[index].Sizes
            : throw new ArgumentException(
                $"Expected a name of a layer, one of {string.Join(", ", Layers.SelectMany(layer => layer.Names))}; got \"{tap}\".",
                nameof(tap));
    }

    /// <summary>Checks everything and gives the shape after each layer.</summary>
    /// <exception cref="ArgumentException">There are faults; the message lists them all.</exception>
    internal IReadOnlyList<LayerShape> Check()
    {
        var faults = new List<string>();
        if (InputShape is { Count: 1 })
        {
            faults.Add($"InputShape must have one to three spatial dimensions, is {TensorGuard.Shape(InputShape)}");
        }

        List<LayerShape> shapes = LayerNetwork.Infer(InputShape, Layers, faults);
        if (Weights is null)
        {
            faults.Add($"{nameof(Weights)} must not be null");
        }

        CheckNames(shapes, faults);
        return faults.Count == 0
            ? shapes
            : throw new ArgumentException("The encoder cannot be built: " + string.Join("; ", faults) + ".", "description");
    }

    private void CheckNames(List<LayerShape> shapes, List<string> faults)
    {
        if (Layers is null || Layers.Count == 0)
        {
            return;
        }

        (string Name, int Layer)[] taps = [.. Layers.SelectMany((layer, i) => (layer?.Names ?? []).Select(name => (name, i)))];
        faults.AddRange(taps.Where(tap => string.IsNullOrWhiteSpace(tap.Name)).Select(tap => $"layer {tap.Layer} has a blank name"));
        faults.AddRange(taps.GroupBy(tap => tap.Name).Where(same => same.Count() > 1).Select(
            same => $"the name \"{same.Key}\" is given {same.Count()} times"));
        foreach ((string name, int layer) in taps)
        {
            if (layer < shapes.Count && shapes[layer].Grid is not null)
            {
                faults.Add($"layer {layer} cannot be named \"{name}\": its outputs are crops; name a layer at or after Layer.Fold()");
            }
        }

        int local = Array.FindIndex(taps, tap => tap.Name == LocalTap);
        if (local < 0)
        {
            faults.Add($"no layer is named \"{LocalTap}\": put .As(\"{LocalTap}\") after the one that gives the local feature map");
        }
        else if (taps[local].Layer == Layers.Count - 1)
        {
            faults.Add($"the layer named \"{LocalTap}\" must come before the last, which gives the global vector");
        }
        else if (taps[local].Layer < shapes.Count && shapes[taps[local].Layer].IsVector)
        {
            faults.Add($"the layer named \"{LocalTap}\" must give a map, but gives a vector {shapes[taps[local].Layer]}");
        }

        if (!taps.Any(tap => tap.Name == GlobalTap && tap.Layer == Layers.Count - 1))
        {
            faults.Add($"the last layer must be named \"{GlobalTap}\"; Layer.Global(units) is");
        }
    }
}
