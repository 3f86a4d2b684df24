using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>x·√|x| of each value: longer tails (Czyż et al., 2023).</summary>
internal sealed class HalfCubeMap : SampleMap
{
    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) => values * values.abs().sqrt();
}
