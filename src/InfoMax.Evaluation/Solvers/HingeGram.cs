using InfoMax.Evaluation.Features;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>
/// The machines from the products of all pairs of rows, which all classes and all values of C share: for few rows, however wide.
/// </summary>
/// <remarks>Holds the N² products, which belong to the design, and up to twice as many more during a Newton step.</remarks>
internal sealed class HingeGram : HingeSolver
{
    /// <summary>Most rows: 288 MB of products.</summary>
    private const long MostRows = 6000;

    /// <summary>Passes of a fit that only helps to choose C.</summary>
    private const int RoughPasses = 100;

    private readonly LinearDesign _design;
    private readonly Tensor _products;
    private readonly int[] _rows;
    private readonly int[] _labels;
    private readonly int _seed;

    /// <param name="design">All rows, with their products.</param>
    /// <param name="labels">Labels of the rows that take part.</param>
    /// <param name="rows">The rows that take part; null for all.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="seed">Seed of the shuffles.</param>
    public HingeGram(LinearDesign design, int[] labels, int[]? rows, int classes, int seed)
        : base(classes)
    {
        (_design, _products, _seed) = (design, design.Products!, seed);
        _rows = rows ?? [.. Enumerable.Range(0, labels.Length)];
        _labels = new int[design.Values.shape[0]];
        foreach ((int row, int label) in _rows.Zip(labels))
        {
            _labels[row] = label;
        }
    }

    /// <summary>
    /// Whether rows of so many numbers are for this solver. With far fewer columns than rows most rows end at a bound, and the
    /// other is faster.
    /// </summary>
    public static bool Fits(long rows, long columns) => rows <= MostRows && columns >= rows / 4;

    /// <inheritdoc/>
    public override LinearFit Solve(double c, LinearFit? near, bool precise, int maxIterations, CancellationToken cancellationToken)
    {
        HingeMachine[] machines =
        [
            .. Enumerable.Range(0, Classes).Select(
                k => new HingeMachine(_products, _rows, [.. _labels.Select(label => label == k ? 1.0 : -1)], c)),
        ];
        if (near?.Duals is { } duals)
        {
            double[][] scores = Columns(Scores(duals.Select((alpha, k) => machines[k].Signed(alpha))));
            for (int k = 0; k < Classes; k++)
            {
                machines[k].StartAt(duals[k], scores[k]);
            }
        }

        (double tolerance, int passes) = precise ? (Precise, maxIterations) : (Rough, Math.Min(maxIterations, RoughPasses));
        HingeOutcome[] outcomes = ForEachClass(
            k => machines[k].Solve(
                RandomStream.Of(_seed, "hinge loss by products").Random(k), tolerance, passes, cancellationToken), cancellationToken);
        return Fit(Parameters([.. machines.Select(m => m.Signed(m.Alpha))]), outcomes, [.. machines.Select(m => m.Alpha)]);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private Tensor Scores(IEnumerable<double[]> signed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(stack(signed.Select(s => tensor(s))).mm(_products));
    }

    private static double[][] Columns(Tensor byClass)
    {
        using (byClass)
        {
            double[] all = byClass.contiguous().data<double>().ToArray();
            return [.. all.Chunk((int)byClass.shape[1])];
        }
    }

    /// <summary>Weights and intercepts: the rows, weighted with their dual variables.</summary>
    private Tensor Parameters(double[][] signed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor duals = stack(signed.Select(s => tensor(s)), 1);
        Tensor weights = zeros(_design.Values.shape[1], Classes, ScalarType.Float64);
        Standardizer.ForEachBlock(_design.Values, (start, block) => weights.add_(block.t().mm(duals.narrow(0, start, block.shape[0]))));
        return cat([weights, duals.sum(0, keepdim: true)]).DetachFromDisposeScope();
    }
}
