using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// The machines by dual coordinate descent over the rows (Hsieh et al. 2008), which needs no matrix of all pairs: for many rows.
/// </summary>
/// <remarks>
/// Coordinate descent is quick where classes part well or C is small; where it is not, <see cref="HingeInterior"/> takes over.
/// </remarks>
internal sealed class HingeDescent : HingeSolver
{
    private const int CheckEvery = 5;

    /// <summary>Passes after which the interior-point method takes over, if it fits.</summary>
    private const int PatientPasses = 100;

    private readonly double[][] _rows;
    private readonly double[] _squares;
    private readonly Tensor? _tensor;
    private readonly int[] _labels;
    private readonly int _seed;

    public HingeDescent(LinearDesign design, int[] labels, int[]? rows, int classes, int seed)
        : base(classes)
    {
        (_labels, _seed) = (labels, seed);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _rows = new double[labels.Length][];
        for (int i = 0; i < labels.Length; i++)
        {
            using var step = NewDisposeScope();
            // The last entry carries the intercept.
            _rows[i] = [.. design.Values[rows?[i] ?? i].to(ScalarType.Float64).contiguous().data<double>().ToArray(), 1];
        }

        _squares = [.. _rows.Select(row => Dot(row, row))];
        if (HingeInterior.Fits(_rows.Length, _rows[0].Length))
        {
            _tensor = HingeInterior.Rows(design, rows);
        }
    }

    public override LinearFit Solve(double c, LinearFit? near, bool precise, int maxIterations, CancellationToken cancellationToken)
    {
        double tolerance = !precise ? Rough : _tensor is null ? Sufficient : Precise;
        var weights = new double[Classes][];
        HingeOutcome[] outcomes = ForEachClass(
            k =>
            {
                (weights[k], double objective, int passes, bool converged) = SolveClass(k, c, tolerance, maxIterations, cancellationToken);
                return new HingeOutcome(objective, passes, converged);
            },
            cancellationToken);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor parameters = stack(weights.Select(w => tensor(w)), 1);
        return Fit(parameters.DetachFromDisposeScope(), outcomes);
    }

    public override void Dispose() => _tensor?.Dispose();

    private static double Dot(double[] a, double[] b)
    {
        var sum = System.Numerics.Vector<double>.Zero;
        int width = System.Numerics.Vector<double>.Count;
        int i = 0;
        for (; i <= a.Length - width; i += width)
        {
            sum += new System.Numerics.Vector<double>(a, i) * new System.Numerics.Vector<double>(b, i);
        }

        double total = System.Numerics.Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    private static void AddScaled(double[] target, double[] row, double factor)
    {
        int width = System.Numerics.Vector<double>.Count;
        int i = 0;
        for (; i <= row.Length - width; i += width)
        {
            (new System.Numerics.Vector<double>(target, i) + (new System.Numerics.Vector<double>(row, i) * factor)).CopyTo(target, i);
        }

        for (; i < row.Length; i++)
        {
            target[i] += factor * row[i];
        }
    }

    private (double[] Weights, double Objective, int Passes, bool Converged) SolveClass(
        int k, double c, double tolerance, int maxPasses, CancellationToken cancellationToken)
    {
        var random = RandomStream.Of(_seed, "hinge loss by descent").Random(k);
        double[] signs = [.. _labels.Select(label => label == k ? 1.0 : -1)];
        var w = new double[_rows[0].Length];
        var alpha = new double[_rows.Length];
        int[] order = [.. Enumerable.Range(0, _rows.Length)];
        double primal = 0, gap = double.PositiveInfinity;
        for (int pass = 1; pass <= maxPasses; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            random.Shuffle(order);
            foreach (int i in order)
            {
                double gradient = (signs[i] * Dot(w, _rows[i])) - 1;
                double updated = Math.Clamp(alpha[i] - (gradient / _squares[i]), 0, c);
                if (updated != alpha[i])
                {
                    AddScaled(w, _rows[i], (updated - alpha[i]) * signs[i]);
                    alpha[i] = updated;
                }
            }

            if (pass % CheckEvery == 0 || pass == maxPasses)
            {
                (primal, gap) = Gap(alpha, w, signs, c);
                if (gap <= tolerance * primal)
                {
                    return (w, primal, pass, true);
                }
            }

            if (pass == PatientPasses && pass < maxPasses && _tensor is not null)
            {
                (double[] weights, _, double objective, double left, int steps) =
                    new HingeInterior(_tensor).Solve(signs, c, tolerance, cancellationToken);
                if (left <= Math.Max(tolerance, Sufficient) * objective)
                {
                    return (weights, objective, pass + steps, true);
                }
            }
        }

        return (w, primal, maxPasses, gap <= Sufficient * primal);
    }

    /// <summary>
    /// The objective, and how far at most it is from the optimum: the dual is a lower bound. Sums w anew, so that rounding does not
    /// add up.
    /// </summary>
    private (double Primal, double Gap) Gap(double[] alpha, double[] w, double[] signs, double c)
    {
        Array.Clear(w);
        for (int i = 0; i < alpha.Length; i++)
        {
            if (alpha[i] != 0)
            {
                AddScaled(w, _rows[i], alpha[i] * signs[i]);
            }
        }

        double half = Dot(w, w) / 2;
        double primal = half + (c * Enumerable.Range(0, _rows.Length).Sum(i => Math.Max(0, 1 - (signs[i] * Dot(w, _rows[i])))));
        return (primal, primal - (alpha.Sum() - half));
    }
}
