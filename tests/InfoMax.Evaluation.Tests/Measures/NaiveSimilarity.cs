using static TorchSharp.torch;

namespace InfoMax.Evaluation.Tests.Measures;

/// <summary>Structural similarity by its definition: a loop over positions and one over the window.</summary>
internal sealed class NaiveSimilarity(int window, double sigma, double c1, double c2, bool padding)
{
    public double[] Single(Tensor a, Tensor b) => [.. Images(a, b).Select(image => image.Average(pair => Means(pair.A, pair.B).Full))];

    public double[] Multi(Tensor a, Tensor b, double[] weights) =>
        [.. Images(a, b).Select(image => image.Average(pair => Multi(pair.A, pair.B, weights)))];

    private double Multi(double[,] a, double[,] b, double[] weights)
    {
        double product = 1;
        for (int s = 0; s < weights.Length; s++)
        {
            (double full, double contrast) = Means(a, b);
            product *= Math.Pow(Math.Max(0, s == weights.Length - 1 ? full : contrast), weights[s]);
            (a, b) = (Halve(a), Halve(b));
        }

        return product;
    }

    private (double Full, double Contrast) Means(double[,] a, double[,] b)
    {
        int radius = window / 2, edge = padding ? 0 : radius, positions = 0;
        double full = 0, contrast = 0;
        for (int i = edge; i < a.GetLength(0) - edge; i++)
        {
            for (int j = edge; j < a.GetLength(1) - edge; j++, positions++)
            {
                double total = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
                for (int di = -radius; di <= radius; di++)
                {
                    for (int dj = -radius; dj <= radius; dj++)
                    {
                        double weight = Math.Exp(-((di * di) + (dj * dj)) / (2 * sigma * sigma));
                        bool inside = i + di >= 0 && j + dj >= 0 && i + di < a.GetLength(0) && j + dj < a.GetLength(1);
                        (double u, double v) = inside ? (a[i + di, j + dj], b[i + di, j + dj]) : (0, 0);
                        total += weight;
                        x += weight * u;
                        y += weight * v;
                        xx += weight * u * u;
                        yy += weight * v * v;
                        xy += weight * u * v;
                    }
                }

                (x, y, xx, yy, xy) = (x / total, y / total, xx / total, yy / total, xy / total);
                double structure = ((2 * (xy - (x * y))) + c2) / (xx - (x * x) + yy - (y * y) + c2);
                full += structure * ((2 * x * y) + c1) / ((x * x) + (y * y) + c1);
                contrast += structure;
            }
        }

        return (full / positions, contrast / positions);
    }

    private static double[,] Halve(double[,] image)
    {
        var half = new double[image.GetLength(0) / 2, image.GetLength(1) / 2];
        for (int i = 0; i < half.GetLength(0); i++)
        {
            for (int j = 0; j < half.GetLength(1); j++)
            {
                half[i, j] =
                    (image[2 * i, 2 * j] + image[(2 * i) + 1, 2 * j] + image[2 * i, (2 * j) + 1] + image[(2 * i) + 1, (2 * j) + 1]) / 4;
            }
        }

        return half;
    }

    private static IEnumerable<List<(double[,] A, double[,] B)>> Images(Tensor a, Tensor b)
    {
        for (int n = 0; n < a.shape[0]; n++)
        {
            yield return [.. Enumerable.Range(0, (int)a.shape[1]).Select(c => (Plane(a, n, c), Plane(b, n, c)))];
        }
    }

    private static double[,] Plane(Tensor images, int n, int c)
    {
        using var scope = NewDisposeScope();
        double[] flat = images[n, c].contiguous().data<double>().ToArray();
        var plane = new double[images.shape[2], images.shape[3]];
        Buffer.BlockCopy(flat, 0, plane, 0, flat.Length * sizeof(double));
        return plane;
    }
}
