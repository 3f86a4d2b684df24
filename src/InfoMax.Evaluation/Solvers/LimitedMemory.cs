using static TorchSharp.torch;

namespace InfoMax.Evaluation.Solvers;

/// <summary>The pairs that L-BFGS remembers, and the direction that follows from them (Nocedal and Wright, algorithm 7.4).</summary>
internal sealed class LimitedMemory(int capacity) : IDisposable
{
    private readonly List<(Tensor Step, Tensor Change, double InverseCurvature)> _pairs = [];

    /// <summary>Remembers a step and the change of the gradient over it, unless the curvature is not positive.</summary>
    public void Add(Tensor step, Tensor change)
    {
        double curvature = Dot(step, change);
        if (!(curvature > 1e-300))
        {
            step.Dispose();
            change.Dispose();
            return;
        }

        if (_pairs.Count == capacity)
        {
            Release(_pairs[0]);
            _pairs.RemoveAt(0);
        }

        _pairs.Add((step.DetachFromDisposeScope(), change.DetachFromDisposeScope(), 1 / curvature));
    }

    /// <summary>
    /// Minus the inverse Hessian estimate times the gradient, a new tensor for the caller's scope. The estimate starts from the given
    /// preconditioner, scaled to fit the latest pair.
    /// </summary>
    public Tensor Direction(Tensor gradient, Func<Tensor, Tensor> precondition)
    {
        using var scope = NewDisposeScope();
        Tensor q = gradient.clone();
        var factors = new double[_pairs.Count];
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            factors[i] = _pairs[i].InverseCurvature * Dot(_pairs[i].Step, q);
            q.add_(_pairs[i].Change, -factors[i]);
        }

        double scale = 1;
        if (_pairs.Count > 0)
        {
            (_, Tensor change, double inverseCurvature) = _pairs[^1];
            scale = 1 / (inverseCurvature * Dot(change, precondition(change)));
        }

        Tensor r = precondition(q).mul_(scale);
        for (int i = 0; i < _pairs.Count; i++)
        {
            r.add_(_pairs[i].Step, factors[i] - (_pairs[i].InverseCurvature * Dot(_pairs[i].Change, r)));
        }

        return scope.MoveToOuter(r.neg_());
    }

    public void Dispose()
    {
        _pairs.ForEach(Release);
        _pairs.Clear();
    }

    /// <summary>The inner product of two tensors of one shape.</summary>
    internal static double Dot(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.reshape(-1).dot(b.reshape(-1)).item<double>();
    }

    private static void Release((Tensor Step, Tensor Change, double) pair)
    {
        pair.Step.Dispose();
        pair.Change.Dispose();
    }
}
