using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Rolls the interval [0, 1] up in the plane: u goes to (t cos t, t sin t) / 21 with t = 1.5π(1 + 2u). One-to-one for u in [0, 1], so the
/// mutual information stays as it is, though X then fills no area (Czyż et al., 2023).
/// </summary>
internal sealed class SwissRollMap : SampleMap
{
    /// <summary>Two dimensions come out.</summary>
    /// <param name="inputDimensions">1.</param>
    /// <returns>2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another number of dimensions than 1.</exception>
    public override int OutputDimensions(int inputDimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputDimensions, 1);
        return 2;
    }

    /// <inheritdoc/>
    protected override Tensor Map(Tensor values)
    {
        Tensor t = (1 + (2 * values)) * (1.5 * Math.PI);
        return cat([t * t.cos(), t * t.sin()], 1) / 21;
    }
}
