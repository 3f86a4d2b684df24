using InfoMax.Foundation;

namespace InfoMax.Encoders.Layers;

/// <summary>What flows between layers, without the batch.</summary>
/// <param name="Sizes">Channels and spatial sizes <c>[C, *spatial]</c>, or units <c>[D]</c>; −1 for a spatial size that is not known.</param>
/// <param name="Grid">Number of crops in each dimension where crops count as examples; null elsewhere.</param>
internal sealed record LayerShape(IReadOnlyList<long> Sizes, IReadOnlyList<long>? Grid = null)
{
    public long Channels => Sizes[0];

    public bool IsVector => Sizes.Count == 1;

    public int SpatialDimensions => Sizes.Count - 1;

    public IEnumerable<long> Spatial => Sizes.Skip(1);

    public bool IsKnown => Sizes.All(s => s > 0);

    public override string ToString() => TensorGuard.Shape(Sizes);

    /// <summary>Other channels, and a function of every spatial size that is known.</summary>
    public LayerShape Map(long channels, Func<long, long> size) => this with { Sizes = [channels, .. Spatial.Select(s => s < 0 ? s : size(s))] };

    /// <summary>Tells a fault unless there are spatial dimensions.</summary>
    public bool IsMap(Action<string> fault)
    {
        if (IsVector)
        {
            fault($"needs a feature map, but its input is a vector of {Channels} units");
        }

        return !IsVector;
    }
}
