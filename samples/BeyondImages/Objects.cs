using static TorchSharp.torch;

namespace InfoMax.Samples.BeyondImages;

/// <summary>
/// Objects that are seen and heard. A picture of 28×28 shows one of eight kinds at random position, tilt and brightness, in noise; a
/// recording of 256 steps holds the sound it makes when struck, at a random time, with random
/// loudness, decay and phases, in noise. Both know the kind, from outline or overtones, and the size: large objects sound low. Nothing else
/// is common to them.
/// </summary>
internal static class Objects
{
    public const int Kinds = 8, Side = 28, Length = 256;

    private const double PictureNoise = 0.2, SoundNoise = 0.2;

    /// <summary>Pitches of the overtones of a kind, relative to the lowest.</summary>
    private static readonly double[][] Overtones = [[1, 2], [1, 3], [1, 1.5], [1, 2.5], [1, 1.25, 3], [1, 1.75], [1, 1.5, 2.5], [1, 2, 3]];

    /// <summary>Pictures <c>[count, 1, 28, 28]</c>, sounds <c>[count, 1, 256]</c> and kinds.</summary>
    public static (Tensor Pictures, Tensor Sounds, int[] Kinds) Make(int count, Random random)
    {
        int[] labels = random.Labels(count, Kinds);
        float[] pictures = new float[count * Side * Side], sounds = new float[count * Length];
        for (int i = 0; i < count; i++)
        {
            double size = random.NextDouble();
            Draw(pictures.AsSpan(i * Side * Side, Side * Side), labels[i], 6 + (4 * size), random);
            Strike(sounds.AsSpan(i * Length, Length), Overtones[labels[i]], 0.11 - (0.05 * size), random);
        }

        return (tensor(pictures, [count, 1, Side, Side]), tensor(sounds, [count, 1, Length]), labels);
    }

    private static void Draw(Span<float> picture, int kind, double size, Random random)
    {
        (double sin, double cos) = Math.SinCos(random.Between(-0.4, 0.4));
        double centerX = 13.5 + random.Between(-3, 3), centerY = 13.5 + random.Between(-3, 3), brightness = random.Between(0.7, 1.3);
        for (int p = 0; p < picture.Length; p++)
        {
            double x = ((p % Side) - centerX) / size, y = ((p / Side) - centerY) / size;
            picture[p] = (float)((Inside(kind, (cos * x) - (sin * y), (sin * x) + (cos * y)) ? brightness : 0)
                + (PictureNoise * random.Normal()));
        }
    }

    /// <summary>Whether a point belongs to the outline of size 1 around the origin.</summary>
    private static bool Inside(int kind, double x, double y)
    {
        double far = Math.Sqrt((x * x) + (y * y)), wide = Math.Abs(x), high = Math.Abs(y);
        return kind switch
        {
            0 => far < 0.8,                                                   // disc
            1 => far is < 1 and > 0.6,                                        // ring
            2 => Math.Max(wide, high) < 0.7,                                  // square
            3 => wide < 1 && high < 0.3,                                      // bar
            4 => Math.Min(wide, high) < 0.2 && Math.Max(wide, high) < 1,      // cross
            5 => y > -0.6 && y < 1 - (1.7 * wide),                            // triangle
            6 => wide is < 0.9 and > 0.3 && high < 0.8,                       // two bars
            _ => Math.Max(wide, high) is < 0.85 and > 0.5,                    // frame
        };
    }

    private static void Strike(Span<float> sound, double[] overtones, double pitch, Random random)
    {
        double start = random.Between(16, 96), loudness = random.Between(0.7, 1.4), fade = random.Between(60, 120);
        double[] phases = [.. overtones.Select(_ => random.Between(0, 2 * Math.PI))];
        for (int t = 0; t < sound.Length; t++)
        {
            double since = t - start, value = 0;
            for (int o = 0; o < overtones.Length && since >= 0; o++)
            {
                value += loudness * Math.Exp(-since / fade) * Math.Cos((2 * Math.PI * pitch * overtones[o] * since) + phases[o]);
            }

            sound[t] = (float)(value + (SoundNoise * random.Normal()));
        }
    }
}
