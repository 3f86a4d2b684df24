using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>Leaves values as they are.</summary>
internal sealed class IdentityMap : SampleMap
{
    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) => values;
}
