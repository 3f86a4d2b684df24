using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Turns each vector v in one coordinate plane by the angle speed · ‖v‖², so that shells of different radius wind against each other. Norms
/// stay, hence one-to-one (Czyż et al., 2023).
/// </summary>
internal sealed class SpiralMap : SampleMap
{
    /// <summary>Chooses plane and speed.</summary>
    /// <param name="first">The coordinate that is turned towards <paramref name="second"/>, from 0.</param>
    /// <param name="second">The other coordinate of the plane, from 0.</param>
    /// <param name="speed">Radians per unit of squared norm. The suite takes 1/d, for d dimensions.</param>
    /// <exception cref="ArgumentException">The coordinates are equal.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is negative, or the speed is not finite.</exception>
    public SpiralMap(int first, int second, double speed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(second);
        if (first == second)
        {
            throw new ArgumentException($"Expected two different coordinates, got {first} twice.", nameof(second));
        }

        if (!double.IsFinite(speed))
        {
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "Expected a finite speed.");
        }

        First = first;
        Second = second;
        Speed = speed;
    }

    /// <summary>The coordinate that is turned towards <see cref="Second"/>.</summary>
    public int First { get; }

    /// <summary>The other coordinate of the plane.</summary>
    public int Second { get; }

    /// <summary>Radians per unit of squared norm.</summary>
    public double Speed { get; }

    /// <summary>As many dimensions as go in.</summary>
    /// <param name="inputDimensions">Dimensions of the vectors, above both coordinates.</param>
    /// <returns><paramref name="inputDimensions"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The vectors lack a coordinate of the plane.</exception>
    public override int OutputDimensions(int inputDimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(inputDimensions, Math.Max(First, Second));
        return inputDimensions;
    }

    /// <inheritdoc/>
    protected override Tensor Map(Tensor values)
    {
        Tensor angle = values.square().sum(1) * Speed;
        (Tensor sine, Tensor cosine) = (angle.sin(), angle.cos());
        (Tensor a, Tensor b) = (values.select(1, First), values.select(1, Second));
        Tensor[] columns = [.. Enumerable.Range(0, (int)values.shape[1]).Select(i =>
            i == First ? (cosine * a) - (sine * b) : i == Second ? (sine * a) + (cosine * b) : values.select(1, i))];
        return stack(columns, 1);
    }
}
