using System.Globalization;
using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// One dimension each: X uniform on [0, 1], and Y = X plus noise uniform on [−ε, ε]. I = ε − log 2ε nats for ε up to ½, and 1/(4ε) above
/// (Czyż et al., 2023).
/// </summary>
internal sealed class AdditiveUniformNoiseTask : MutualInformationTask
{
    /// <summary>Chooses the noise.</summary>
    /// <param name="epsilon">Greatest size of the noise, ε, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not positive and finite.</exception>
    public AdditiveUniformNoiseTask(double epsilon)
        : base(string.Create(CultureInfo.InvariantCulture, $"additive-uniform-{Positive(epsilon):0.#####}"), 1, 1, Information(epsilon)) =>
            Epsilon = epsilon;

    /// <summary>Greatest size of the noise, ε.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor Y) Draw(long count, Generator generator)
    {
        Tensor x = rand(count, 1, dtype: ScalarType.Float64, generator: generator);
        Tensor noise = rand(count, 1, dtype: ScalarType.Float64, generator: generator);
        return (x, x + (noise * (2 * Epsilon)) - Epsilon);
    }

    private static double Positive(double epsilon) =>
        epsilon > 0 && double.IsFinite(epsilon)
            ? epsilon
            : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Expected a positive finite number.");

    private static double Information(double epsilon) => epsilon > 0.5 ? 0.25 / epsilon : epsilon - Math.Log(2 * epsilon);
}
