namespace InfoMax.Core.Tests.Support;

/// <summary>The estimators by their definitions: loops over every pair in double precision, nothing clever.</summary>
public sealed class NaiveScores(double[,,] globals, double[,,] locals)
{
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
        double[] negatives = [.. Pairs().Where(p => p.I != p.J).Select(p => Score(p.I, p.K, p.J, p.L))];
        return MeanDifference(u => u, _ => 0) - (LogSumExp(negatives) - Math.Log(negatives.Length));
    }

    public double InfoNceObjective()
    {
        double sum = 0;
        for (int i = 0; i < N; i++)
        {
            for (int k = 0; k < K; k++)
            {
                double[] negatives = [.. Pairs().Where(p => p.I == i && p.K == k && p.J != i).Select(p => Score(p.I, p.K, p.J, p.L))];
                for (int l = 0; l < L; l++)
                {
                    double u = Score(i, k, i, l);
                    sum += u - LogSumExp([u, .. negatives]);
                }
            }
        }

        return sum / (N * K * L);
    }

    public static double Softplus(double z) => z > 0 ? z + Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z));

    private static double LogSumExp(double[] values)
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
}
