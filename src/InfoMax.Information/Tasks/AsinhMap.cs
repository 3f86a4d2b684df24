using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>The inverse hyperbolic sine of each value: shortens heavy tails (Czyż et al., 2023).</summary>
internal sealed class AsinhMap : SampleMap
{
    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) => values.asinh();
}
