using InfoMax.Baselines.FewLabels;

namespace InfoMax.Baselines.Tests.FewLabels;

/// <summary>The parts of a ladder of linear layers, number by number.</summary>
internal static class NaiveLadder
{
    public static double Combined(double[] a, double z, double u)
    {
        double mean = (a[0] / (1 + Math.Exp(-((a[1] * u) + a[2])))) + (a[3] * u)
            + a[4], scale = (a[5] / (1 + Math.Exp(-((a[6] * u) + a[7])))) + (a[8] * u) + a[9];
        return ((z - mean) * scale) + mean;
    }

    public static double[][] Combined(double[] a, double[][] z, double[][] u)
    {
        int units = z[0].Length;
        double[] Weights(int i) => [.. Enumerable.Range(0, 10).Select(k => a[(k * units) + i])];
        return [.. z.Select((row, n) => row.Select((v, i) => Combined(Weights(i), v, u[n][i])).ToArray())];
    }

    public static double[][] Times(double[][] x, double[] weight, int outputs) =>
        [
            .. x.Select(
                row => Enumerable.Range(0, outputs).Select(o => row.Select((v, i) => v * weight[(o * row.Length) + i]).Sum()).ToArray()),
        ];

    public static (double[][] Values, double[] Mean, double[] Deviation) Normalized(double[][] x)
    {
        double[] mean = [.. Enumerable.Range(0, x[0].Length).Select(i => x.Average(row => row[i]))];
        double[] deviation =
            [.. mean.Select((m, i) => Math.Sqrt(x.Average(row => (row[i] - m) * (row[i] - m)) + BatchMoments.VarianceFloor))];
        return ([.. x.Select(row => row.Select((v, i) => (v - mean[i]) / deviation[i]).ToArray())], mean, deviation);
    }

    public static double Cost(double[][] reconstruction, double[][] clean, double[] mean, double[] deviation) =>
        reconstruction.SelectMany((row, n) => row.Select((v, i) => ((v - mean[i]) / deviation[i]) - clean[n][i])).Average(
            error => error * error);

    public static double[] Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return [.. logits.Select(v => Math.Exp(v) / sum)];
    }
}
