using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// The standard normal distribution function Φ of each value: standard normal values become uniform on [0, 1] (Czyż et al., 2023).
/// </summary>
internal sealed class NormalCdfMap : SampleMap
{
    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) => (values * -Math.Sqrt(0.5)).erfc() * 0.5;
}
