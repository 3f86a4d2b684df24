using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>Leaves values as they are.</summary>
public sealed class IdentityMap : SampleMap
{
    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) => values;
}
