using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>The estimators by their definitions: loops over every pair in double precision, nothing clever.</summary>
public sealed class NaiveScores(double[,,] globals, double[,,] locals)
{
    public NaiveScores(Tensor globals, Tensor locals)
        : this(ToArray(globals), ToArray(locals))
    {
    }

    // globals [N, D, K], locals [N, D, L]
    public int N => globals.GetLength(0);

    public int K => globals.GetLength(2);

    public int L => locals.GetLength(2);

    public double Score(int i, int k, int j, int l)
    {
        double sum = 0;
        for (int d = 0; d < globals.GetLength(1); d++)
        {
            sum += globals[i, d, k] * locals[j, d, l];
        }

        return sum;
    }

    public IEnumerable<double> Global(int i, int k) => Enumerable.Range(0, globals.GetLength(1)).Select(d => globals[i, d, k]);

    public IEnumerable<double> Local(int i, int l) => Enumerable.Range(0, locals.GetLength(1)).Select(d => locals[i, d, l]);

    public double MeanDifference(Func<double, double> positive, Func<double, double> negative)
    {
        double positives = 0, negatives = 0;
        int positiveCount = 0, negativeCount = 0;
        foreach ((int i, int k, int j, int l) in Pairs())
        {
            if (i == j)
            {
                positives += positive(Score(i, k, j, l));
                positiveCount++;
            }
            else
            {
                negatives += negative(Score(i, k, j, l));
                negativeCount++;
            }
        }

        return (positives / positiveCount) - (negatives / negativeCount);
    }

    public double DonskerVaradhan()
    {
        return PartitionDifference(u => u, u => u);
    }

    public double InfoNceObjective() => MeanOverPositives((_, _, _, u, negatives) => u - LogSumExp([u, .. negatives]));

    /// <summary>The mean over positives of a function of its position (i, k, l), its score and the scores of the negatives of its global
    /// vector.</summary>
    public double MeanOverPositives(Func<int, int, int, double, double[], double> term)
    {
        double sum = 0;
        for (int i = 0; i < N; i++)
        {
            for (int k = 0; k < K; k++)
            {
                double[] negatives = [.. Pairs().Where(p => p.I == i && p.K == k && p.J != i).Select(p => Score(p.I, p.K, p.J, p.L))];
                for (int l = 0; l < L; l++)
                {
                    sum += term(i, k, l, Score(i, k, i, l), negatives);
                }
            }
        }

        return sum / (N * K * L);
    }

    /// <summary>E over positives of f(u) − log E over negatives of e^h(u).</summary>
    public double PartitionDifference(Func<double, double> positive, Func<double, double> exponent)
    {
        double[] negatives = [.. Pairs().Where(p => p.I != p.J).Select(p => exponent(Score(p.I, p.K, p.J, p.L)))];
        return MeanDifference(positive, _ => 0) - (LogSumExp(negatives) - Math.Log(negatives.Length));
    }

    public static double Softplus(double z) => z > 0 ? z + Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z));

    public static double LogSumExp(double[] values)
    {
        double max = values.Max();
        return max + Math.Log(values.Sum(v => Math.Exp(v - max)));
    }

    private IEnumerable<(int I, int K, int J, int L)> Pairs()
    {
        for (int i = 0; i < N; i++)
        {
            for (int k = 0; k < K; k++)
            {
                for (int j = 0; j < N; j++)
                {
                    for (int l = 0; l < L; l++)
                    {
                        yield return (i, k, j, l);
                    }
                }
            }
        }
    }

    private static double[,,] ToArray(Tensor t)
    {
        double[] flat = t.contiguous().data<double>().ToArray();
        var array = new double[t.shape[0], t.shape[1], t.shape[2]];
        Buffer.BlockCopy(flat, 0, array, 0, flat.Length * sizeof(double));
        return array;
    }
}
