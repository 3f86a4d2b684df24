using static TorchSharp.torch;

namespace InfoMax.Information.Tasks;

/// <summary>
/// Adds small sine waves to each value: x + Σ a·sin(f·x + p). Strictly increasing, since Σ|a·f| is below 1; margins get several bumps
/// (Czyż et al., 2023).
/// </summary>
internal sealed class WigglyMap : SampleMap
{
    private readonly (double Amplitude, double Frequency, double Phase)[] _waves;

    /// <summary>Takes the waves.</summary>
    /// <param name="waves">Amplitude a, frequency f and phase p (in radians) of each wave.</param>
    /// <exception cref="ArgumentNullException"><paramref name="waves"/> is null.</exception>
    /// <exception cref="ArgumentException">Σ|a·f| is not below 1, or a phase is not finite.</exception>
    public WigglyMap(IEnumerable<(double Amplitude, double Frequency, double Phase)> waves)
    {
        ArgumentNullException.ThrowIfNull(waves);
        _waves = [.. waves];
        double slope = _waves.Sum(wave => Math.Abs(wave.Amplitude * wave.Frequency));
        if (!(slope < 1) || !_waves.All(wave => double.IsFinite(wave.Amplitude) && double.IsFinite(wave.Phase)))
        {
            throw new ArgumentException(
                $"Expected finite waves whose amplitude times frequency add up to less than 1, got {slope}.", nameof(waves));
        }
    }

    /// <summary>The waves that the suite adds to X: 0.4 sin x + 0.2 sin(1.7x + 1) + 0.03 sin(3.3x − 2.5).</summary>
    public static WigglyMap ForX { get; } = new([(0.4, 1.0, 0), (0.2, 1.7, 1), (0.03, 3.3, -2.5)]);

    /// <summary>The waves that the suite adds to Y: −0.4 sin 0.4x + 0.17 sin(1.3x + 3.5) + 0.02 sin(4.3x − 2.5).</summary>
    public static WigglyMap ForY { get; } = new([(-0.4, 0.4, 0), (0.17, 1.3, 3.5), (0.02, 4.3, -2.5)]);

    /// <inheritdoc/>
    protected override Tensor Map(Tensor values) =>
        _waves.Aggregate(values, (sum, wave) => sum + (wave.Amplitude * ((wave.Frequency * values) + wave.Phase).sin()));
}
