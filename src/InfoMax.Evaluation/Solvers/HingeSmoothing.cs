using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// The machine of one class by Newton's method on a hinge with a rounded corner, which becomes narrower and narrower: for rows that
/// cannot be told apart, where coordinate descent takes thousands of passes.
/// </summary>
/// <remarks>
/// <para>Chapelle, Training a Support Vector Machine in the Primal, 2007.</para>
/// <para>
/// With u = 1 − y (w·x + b) for a row and h the width, the smoothed loss is u²/2h for u from 0 to h and u − h/2 above. At its
/// minimum w is a combination of the rows with coefficients y·α, α = C·min(max(u / h, 0), 1): rows above the corner have C, those
/// on it solve a system of their own products, the others have 0. For the hinge itself these α have a gap of at most C·h/4 for each
/// row on the corner.
/// </para>
/// <para>
/// While the same rows are on the corner, the minimum of the next width is one step away. So each width begins with that step, and
/// ends when the minimum leaves all rows where they were.
/// </para>
/// </remarks>
/// <param name="products">Products of rows and 1 for the intercept, <c>[N, N]</c>, float64; only read.</param>
/// <param name="rows">The rows that take part.</param>
/// <param name="signs">1 for the class and −1 for the others, for all N rows.</param>
/// <param name="c">The upper bound C.</param>
internal sealed class HingeSmoothing(Tensor products, int[] rows, double[] signs, double c)
{
    /// <summary>The next width, where rows still change places, and where hardly any do.</summary>
    private const double Narrower = 0.2, MuchNarrower = 0.008;

    private const double LeastWidth = 1e-12;
    private const int MostStepsOfAWidth = 20;
    private const int Halvings = 30;

    private readonly Place[] _places = new Place[signs.Length];

    /// <summary>The scores that the rows above the corner give.</summary>
    private readonly double[] _above = new double[signs.Length];

    private double[] _scores = [];

    private enum Place
    {
        Below,
        Corner,
        Above,
    }

    private ReadOnlySpan<double> Products => MemoryMarshal.Cast<byte, double>(products.bytes);

    /// <summary>Narrows the corner until the duality gap is small enough.</summary>
    /// <param name="alpha">The dual variables of all N rows to start at, 0 where they take no part.</param>
    /// <param name="scores">The scores that they give.</param>
    /// <param name="allowed">The gap of the machine that is small enough.</param>
    /// <param name="mostSteps">Most steps.</param>
    /// <param name="cancellationToken">Looked at in each step.</param>
    /// <returns>The dual variables of all N rows, as far as it got, and the steps taken.</returns>
    public (double[] Alpha, int Steps) Solve(
        double[] alpha, double[] scores, double allowed, int mostSteps, CancellationToken cancellationToken)
    {
        double[] signed = [.. alpha.Zip(signs, (a, y) => a * y)];
        _scores = [.. scores];
        int steps = 0;
        bool begins = true;
        (double[] Alpha, double Gap) best = ([], double.PositiveInfinity);
        for (double width = FirstWidth(alpha); ;)
        {
            int before = steps;
            for (int step = 1; step <= MostStepsOfAWidth; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                bool predicts = step == 1 && !begins, changed = predicts || Arrange(width);
                if (step > 1 && !changed)
                {
                    break;
                }

                if (steps == mostSteps || Minimum(width) is not var (minimum, minimumScores))
                {
                    return (best.Alpha.Length > 0 ? best.Alpha : Clamped(signed), steps);
                }

                double length = predicts ? 1 : Length(signed, minimum, minimumScores, width);
                for (int i = 0; i < signed.Length; i++)
                {
                    signed[i] += length * (minimum[i] - signed[i]);
                    _scores[i] += length * (minimumScores[i] - _scores[i]);
                }

                steps++;
            }

            double gap = Gap(signed);
            if (gap >= best.Gap)
            {
                // Less than the arithmetic can tell.
                return (best.Alpha, steps);
            }

            best = (Clamped(signed), gap);
            if (gap <= allowed || width < LeastWidth)
            {
                return (best.Alpha, steps);
            }

            width *= steps <= before + 2 && !begins ? MuchNarrower : Narrower;
            begins = false;
        }
    }

    private double Loss(int i) => 1 - (signs[i] * _scores[i]);

    private double[] Clamped(double[] signed) => [.. signed.Zip(signs, (s, y) => Math.Clamp(s * y, 0, c))];

    /// <summary>As wide as the losses of half the variables that are at no bound, which are 0 at the optimum.</summary>
    private double FirstWidth(double[] alpha)
    {
        double[] losses = [.. rows.Select(Loss).Where(loss => loss > 0).Order()];
        int free = rows.Count(i => alpha[i] > 0 && alpha[i] < c);
        return losses.Length > 0 ? Math.Max(losses[Math.Min(losses.Length - 1, free / 2)], LeastWidth) : 1;
    }

    /// <summary>Tells by their scores where the rows are. False if all are where they were.</summary>
    private bool Arrange(double width)
    {
        bool changed = false;
        foreach (int i in rows)
        {
            double loss = Loss(i);
            Place place = loss <= 0 ? Place.Below : loss < width ? Place.Corner : Place.Above;
            if (place == _places[i])
            {
                continue;
            }

            if (place == Place.Above || _places[i] == Place.Above)
            {
                HingeMachine.AddScaled(
                    _above, Products.Slice(i * signs.Length, signs.Length), place == Place.Above ? signs[i] * c : -signs[i] * c);
            }

            _places[i] = place;
            changed = true;
        }

        return changed;
    }

    /// <summary>
    /// The coefficients, and their scores, of the minimum if the rows are where they are said to be; null if the arithmetic does
    /// not allow it.
    /// </summary>
    private (double[] Signed, double[] Scores)? Minimum(double width)
    {
        double[] signed = [.. signs.Select((y, i) => _places[i] == Place.Above ? y * c : 0)], scores = [.. _above];
        int[] corner = [.. rows.Where(i => _places[i] == Place.Corner)];
        if (corner.Length > 0)
        {
            if (System(corner, width) is not { } solved)
            {
                return null;
            }

            for (int j = 0; j < corner.Length; j++)
            {
                signed[corner[j]] = solved[j];
                HingeMachine.AddScaled(scores, Products.Slice(corner[j] * signs.Length, signs.Length), solved[j]);
            }
        }

        return (signed, scores);
    }

    /// <summary>
    /// Solves (K + h/C) s = y − what the rows above give, for the rows on the corner. One call at a time: it uses all cores.
    /// </summary>
    private double[]? System(int[] corner, double width)
    {
        lock (products)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            Tensor index = tensor(corner, ScalarType.Int64), block = products.index(index.unsqueeze(1), index);
            block.diagonal().add_(Math.Max(width / c, 1e-13 * block.diagonal().max().item<double>()));
            (Tensor factor, Tensor failed) = linalg.cholesky_ex(block);
            return failed.item<int>() == 0
                ? tensor(corner.Select(i => signs[i] - _above[i]).ToArray()).unsqueeze(1).cholesky_solve(factor).data<double>().ToArray()
                : null;
        }
    }

    /// <summary>
    /// How far to go to the minimum of a piece: the smoothed objective is convex, so where its slope along the way changes sign.
    /// </summary>
    private double Length(double[] from, double[] to, double[] toScores, double width)
    {
        double linear = 0, quadratic = 0;
        foreach (int i in rows)
        {
            linear += from[i] * (toScores[i] - _scores[i]);
            quadratic += (to[i] - from[i]) * (toScores[i] - _scores[i]);
        }

        double Slope(double length) => linear + (length * quadratic) - (c * rows.Sum(i =>
        {
            double move = signs[i] * (toScores[i] - _scores[i]);
            return Math.Clamp((Loss(i) - (length * move)) / width, 0, 1) * move;
        }));

        (double low, double high) = (0, 1);
        if (Slope(1) <= 1e-12 * Math.Abs(Slope(0)))
        {
            return 1;
        }

        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Slope(middle) > 0 ? (low, middle) : (middle, high);
        }

        return low;
    }

    private double Gap(double[] signed) => rows.Sum(i =>
    {
        double alpha = Math.Clamp(signed[i] * signs[i], 0, c), loss = Loss(i);
        return loss < 0 ? -alpha * loss : (c - alpha) * loss;
    });
}
