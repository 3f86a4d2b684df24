using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// The machine of one class from the products of all pairs of rows: minimizes ½ Σ α_i α_j y_i y_j K_ij − Σ α over 0 ≤ α ≤ C.
/// </summary>
/// <remarks>
/// Coordinate descent on scores that are kept for all rows: where a variable moves, its row of the products moves them; a variable
/// that stays at a bound costs a look. Some passes find out which variables are at a bound, and a Newton step on the others does at
/// once what coordinate descent takes thousands of passes for. Where the bounds are in the way of such steps,
/// <see cref="HingeSmoothing"/> finds them.
/// </remarks>
/// <param name="products">Products of rows and 1 for the intercept, <c>[N, N]</c>, float64; only read.</param>
/// <param name="rows">The rows that take part.</param>
/// <param name="signs">1 for the class and −1 for the others, for all N rows.</param>
/// <param name="c">The upper bound C.</param>
internal sealed class HingeMachine(Tensor products, int[] rows, double[] signs, double c)
{
    /// <summary>Passes that there are at least before each Newton step.</summary>
    private const int PassesBefore = 2;

    /// <summary>After how many passes the hinge is smoothed, and after how many more again if that was not enough.</summary>
    private const int SmoothingAfter = 12, SmoothingEvery = 100;

    /// <summary>Most steps of that: some tens are usual.</summary>
    private const int MostSmoothingSteps = 300;

    /// <summary>What share of the gap that may remain is left to it.</summary>
    private const double SmoothingShare = 0.3;

    /// <summary>How many multiplications of a factorization take as long as one of coordinate descent, which waits for memory.</summary>
    private const double Speed = 10;

    private readonly double[] _scores = new double[signs.Length];

    /// <summary>The dual variables of all N rows, 0 where they take no part.</summary>
    public double[] Alpha { get; } = new double[signs.Length];

    /// <summary>Dual variables times the signs of their rows.</summary>
    public double[] Signed(double[] alpha) => [.. alpha.Zip(signs, (a, y) => a * y)];

    /// <summary>Starts at the best multiple of other dual variables that the bounds allow.</summary>
    /// <param name="alpha">Not negative, for all N rows; 0 where they take no part.</param>
    /// <param name="scores">The scores that they give.</param>
    public void StartAt(double[] alpha, double[] scores)
    {
        double most = rows.Max(i => alpha[i]), curvature = alpha.Zip(Signed(scores), (a, s) => a * s).Sum();
        if (!(most > 0))
        {
            return;
        }

        double scale = Math.Min(c / most, curvature > 0 ? alpha.Sum() / curvature : double.PositiveInfinity);
        for (int i = 0; i < alpha.Length; i++)
        {
            Alpha[i] = Math.Min(alpha[i] * scale, c);
            _scores[i] = scores[i] * scale;
        }
    }

    /// <summary>Solves until the duality gap is below a share of the objective.</summary>
    /// <param name="random">For the order of the rows.</param>
    /// <param name="tolerance">The share.</param>
    /// <param name="maxPasses">Most passes and Newton steps.</param>
    /// <param name="cancellationToken">Looked at in each pass.</param>
    public HingeOutcome Solve(Random random, double tolerance, int maxPasses, CancellationToken cancellationToken)
    {
        int[] order = [.. rows];
        int passes = 0, steps = 0;
        double work = 0, primal = 0, gap = 0;
        for (int pass = 1; ; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // As long on coordinate descent as the Newton step will take, so that neither costs more than twice what it had to.
            double free = rows.Count(IsFree);
            if (pass % SmoothingEvery == SmoothingAfter)
            {
                // The dual's value is below the optimum, so this is no more than the share of the objective that is wanted.
                steps += Smooth(gap, SmoothingShare * tolerance * (primal - gap), cancellationToken);
            }
            else if (passes >= PassesBefore && work >= free * free * free / (3 * Speed) && Newton())
            {
                (passes, work) = (0, 0);
            }
            else
            {
                random.Shuffle(order);
                work += Descend(order) * (double)signs.Length;
                passes++;
            }

            (primal, gap) = Gap();
            bool last = pass >= maxPasses;
            if (gap <= tolerance * primal || last)
            {
                // Sums the scores anew, so that rounding does not add up.
                Recompute();
                (primal, gap) = Gap();
                if (gap <= tolerance * primal || last)
                {
                    return new HingeOutcome(primal, pass + steps, gap <= Math.Max(tolerance, HingeSolver.Sufficient) * primal);
                }
            }
        }
    }

    /// <summary>Adds a multiple of a row to a target of the same length.</summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> row, double factor)
    {
        Span<Vector<double>> to = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> from = MemoryMarshal.Cast<double, Vector<double>>(row);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * factor;
        }

        for (int i = to.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += row[i] * factor;
        }
    }

    private ReadOnlySpan<double> Products => MemoryMarshal.Cast<byte, double>(products.bytes);

    private double Gradient(int i) => (signs[i] * _scores[i]) - 1;

    private bool IsFree(int i) => Alpha[i] > 0 && Alpha[i] < c;

    /// <summary>One pass of coordinate descent.</summary>
    /// <returns>How many variables moved.</returns>
    private int Descend(int[] order)
    {
        int moved = 0;
        ReadOnlySpan<double> pairs = Products;
        int count = signs.Length;
        foreach (int i in order)
        {
            double updated = Math.Clamp(Alpha[i] - (Gradient(i) / pairs[(i * count) + i]), 0, c);
            if (updated != Alpha[i])
            {
                AddScaled(_scores, pairs.Slice(i * count, count), (updated - Alpha[i]) * signs[i]);
                Alpha[i] = updated;
                moved++;
            }
        }

        return moved;
    }

    private void Recompute()
    {
        ReadOnlySpan<double> pairs = Products;
        Array.Clear(_scores);
        for (int i = 0; i < Alpha.Length; i++)
        {
            if (Alpha[i] != 0)
            {
                AddScaled(_scores, pairs.Slice(i * signs.Length, signs.Length), Alpha[i] * signs[i]);
            }
        }
    }

    /// <summary>The objective, and how far at most it is from the optimum: a sum of terms none of which is negative.</summary>
    private (double Primal, double Gap) Gap()
    {
        double half = 0, losses = 0, gap = 0;
        foreach (int i in rows)
        {
            double gradient = Gradient(i), loss = c * Math.Max(0, -gradient);
            half += Alpha[i] * (gradient + 1) / 2;
            losses += loss;
            gap += (Alpha[i] * gradient) + loss;
        }

        return (half + losses, gap);
    }

    /// <summary>Smooths the hinge, and keeps what comes of it if the gap is smaller.</summary>
    /// <returns>The steps that it took.</returns>
    private int Smooth(double gap, double allowed, CancellationToken cancellationToken)
    {
        double[] before = [.. Alpha];
        (double[] alpha, int steps) =
            new HingeSmoothing(products, rows, signs, c).Solve(before, _scores, allowed, MostSmoothingSteps, cancellationToken);
        alpha.CopyTo(Alpha, 0);
        Recompute();
        if (!(Gap().Gap < gap))
        {
            before.CopyTo(Alpha, 0);
            Recompute();
        }

        return steps;
    }

    /// <summary>
    /// A Newton step on the variables that are at no bound; of some lengths, cut off at the bounds, the one that gains most. False
    /// if there is none.
    /// </summary>
    private bool Newton()
    {
        int[] free = [.. rows.Where(IsFree)];
        if (free.Length == 0)
        {
            return false;
        }

        double[]? step = HingeNewton.Step(
            products, free, [.. free.Select(i => signs[i])], [.. free.Select(i => Alpha[i])], [.. free.Select(Gradient)], c);
        if (step is null)
        {
            return false;
        }

        ReadOnlySpan<double> pairs = Products;
        for (int j = 0; j < free.Length; j++)
        {
            int i = free[j];
            double updated = Math.Clamp(Alpha[i] + step[j], 0, c);
            AddScaled(_scores, pairs.Slice(i * signs.Length, signs.Length), (updated - Alpha[i]) * signs[i]);
            Alpha[i] = updated;
        }

        return true;
    }
}
