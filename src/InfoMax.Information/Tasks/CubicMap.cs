using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// The cube of each value: much longer tails. Applied to Y of correlated normal vectors it is the "cubic" task of Poole et al. (2019).
/// </summary>
internal sealed class CubicMap : SampleMap
{
    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) => values.pow(3);
}
