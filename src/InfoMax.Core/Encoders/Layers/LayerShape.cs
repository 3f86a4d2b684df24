using InfoMax.Foundation;

namespace InfoMax.Encoders.Layers;

/// <summary>Shape between two layers, without the batch.</summary>
/// <param name="Sizes">Channels and spatial sizes <c>[C, *spatial]</c>, or units <c>[D]</c>; −1 for an unknown spatial size.</param>
/// <param name="Grid">
/// Number of crops in each dimension between <see cref="Layer.Unfold"/> and <see cref="Layer.Fold"/>; null elsewhere.
/// </param>
internal sealed record LayerShape(IReadOnlyList<long> Sizes, IReadOnlyList<long>? Grid = null)
{
    public long Channels => Sizes[0];

    public bool IsVector => Sizes.Count == 1;

    public int SpatialDimensions => Sizes.Count - 1;

    public IEnumerable<long> Spatial => Sizes.Skip(1);

    public bool IsKnown => Sizes.All(s => s > 0);

    public override string ToString() => TensorGuard.Shape(Sizes);

    /// <summary>Changes the channels, and applies a function to every known spatial size.</summary>
    public LayerShape Map(long channels, Func<long, long> size) =>
        this with { Sizes = [channels, .. Spatial.Select(s => s < 0 ? s : size(s))] };

    /// <summary>Reports a fault unless there are spatial dimensions.</summary>
    public bool IsMap(Action<string> fault)
    {
        if (IsVector)
        {
            fault($"needs a feature map, but its input is a vector of {Channels} units");
        }

        return !IsVector;
    }
}
