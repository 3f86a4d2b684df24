namespace InfoMax.Evaluation.Tests.Monitoring;

/// <summary>Batch normalization, softmax regression and Adam as their papers have them, in double.</summary>
internal sealed class NaiveClassifier(int classes, double rate)
{
    private double[][] _weights = [];
    private double[][] _first = [];
    private double[][] _second = [];
    private double[] _mean = [];
    private double[] _variance = [];
    private int _steps;

    public (double Loss, double Accuracy)? Learn(double[][] rows, int[] labels)
    {
        int width = rows[0].Length, n = rows.Length;
        if (_mean.Length == 0)
        {
            (_mean, _variance) = (new double[width], [.. Enumerable.Repeat(1.0, width)]);
            (_weights, _first, _second) = (Zeros(), Zeros(), Zeros());
            double[][] Zeros() => [.. Enumerable.Range(0, classes).Select(_ => new double[width + 1])];
        }

        double[] mean = [.. Enumerable.Range(0, width).Select(f => rows.Average(r => r[f]))];
        double[] variance = [.. Enumerable.Range(0, width).Select(f => rows.Average(r => Math.Pow(r[f] - mean[f], 2)))];
        for (int f = 0; f < width; f++)
        {
            _mean[f] += 0.1 * (mean[f] - _mean[f]);
            _variance[f] += 0.1 * ((variance[f] * n / (n - 1)) - _variance[f]);
        }

        int[] known = [.. Enumerable.Range(0, n).Where(i => labels[i] >= 0)];
        if (known.Length == 0)
        {
            return null;
        }

        double[][] gradient = [.. _weights.Select(w => new double[w.Length])];
        double loss = 0, right = 0;
        foreach (int i in known)
        {
            double[] x = [.. rows[i].Select((v, f) => (v - mean[f]) / Math.Sqrt(variance[f] + 1e-5)), 1];
            double[] scores = Scores(x), p = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
            p = [.. p.Select(v => v / p.Sum())];
            loss -= Math.Log(p[labels[i]]) / known.Length;
            right += Array.IndexOf(scores, scores.Max()) == labels[i] ? 1 : 0;
            for (int k = 0; k < classes; k++)
            {
                for (int f = 0; f < x.Length; f++)
                {
                    gradient[k][f] += (p[k] - (k == labels[i] ? 1 : 0)) * x[f] / known.Length;
                }
            }
        }

        _steps++;
        for (int k = 0; k < classes; k++)
        {
            for (int f = 0; f < gradient[k].Length; f++)
            {
                double g = gradient[k][f];
                double m = _first[k][f] = (0.9 * _first[k][f]) + (0.1 * g), v = _second[k][f] = (
                    0.999 * _second[k][f]) + (0.001 * g * g);
                _weights[k][f] -= rate * m / (1 - Math.Pow(0.9, _steps)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, _steps))) + 1e-8);
            }
        }

        return (loss, right / known.Length);
    }

    public int Classify(double[] row)
    {
        double[] scores = Scores([.. row.Select((v, f) => (v - _mean[f]) / Math.Sqrt(_variance[f] + 1e-5)), 1]);
        return Array.IndexOf(scores, scores.Max());
    }

    private double[] Scores(double[] x) => [.. _weights.Select(w => w.Zip(x, (a, b) => a * b).Sum())];
}
