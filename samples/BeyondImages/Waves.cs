using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>
/// Waves that pass three sensors on a triangle: the known answer is the sector that a wave comes from. Each wave is a row of bursts at
/// random times, of random pitch, phase and loudness, so the sensors differ in nothing but
/// when they hear it: at most five steps apart. Each sensor adds an offset, a gain and noise of its own.
/// </summary>
internal static class Waves
{
    public const int Sectors = 8, Sensors = 3, Length = 128;

    private const int Bursts = 14;
    private const double Radius = 2.5, Noise = 0.7;

    /// <summary>Signals <c>[count, 3, 128]</c> and their sectors.</summary>
    public static (Tensor Signals, int[] Sectors) Make(int count, Random random)
    {
        int[] labels = random.Labels(count, Sectors);
        float[] values = new float[count * Sensors * Length];
        for (int i = 0; i < count; i++)
        {
            Fill(values.AsSpan(i * Sensors * Length, Sensors * Length), labels[i], random);
        }

        return (tensor(values, [count, Sensors, Length]), labels);
    }

    private static void Fill(Span<float> signal, int sector, Random random)
    {
        double angle = 2 * Math.PI * (sector + random.Between(-0.4, 0.4)) / Sectors, loudness = Math.Exp(0.3 * random.Normal());
        double[] delays = [.. Enumerable.Range(0, Sensors).Select(s => Radius * Math.Cos(angle - (2 * Math.PI * s / Sensors)))];
        double[] gains = [.. delays.Select(_ => loudness * Math.Exp(0.2 * random.Normal()))],
            offsets = [.. delays.Select(_ => 0.5 * random.Normal())];
        (double Time, double Width, double Pitch, double Phase, double Height)[] bursts = [.. Enumerable.Range(0, Bursts).Select(_ =>
            (random.Between(-8, Length + 8), random.Between(4, 12), random.Between(0.03, 0.15), random.Between(0, 2 * Math.PI),
                random.Between(0.5, 1.5)))];
        for (int s = 0; s < Sensors; s++)
        {
            for (int t = 0; t < Length; t++)
            {
                double value = 0;
                foreach ((double time, double width, double pitch, double phase, double height) in bursts)
                {
                    double x = t - delays[s] - time, far = x / width;
                    value += Math.Abs(far) > 4 ? 0 : height * Math.Exp(-0.5 * far * far) * Math.Cos((2 * Math.PI * pitch * x) + phase);
                }

                signal[(s * Length) + t] = (float)((gains[s] * value) + offsets[s] + (Noise * random.Normal()));
            }
        }
    }
}
