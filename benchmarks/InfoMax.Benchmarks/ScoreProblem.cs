using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>Factors of N global and N·L local vectors of D units, and the buffers of the floor.</summary>
internal sealed class ScoreProblem : IDisposable
{
    private readonly Tensor _scores;
    private readonly Tensor _byGlobals;
    private readonly Tensor _byLocals;

    public ScoreProblem(long n, long locations, long d, bool floor = true)
    {
        using var generator = new Generator(1);
        using var scope = NewDisposeScope();
        N = n;
        Globals = randn([n, d], generator: generator).div(Math.Sqrt(d)).to(Target.Device).DetachFromDisposeScope().requires_grad_(true);
        Locals = randn([n * locations, d], generator: generator).to(Target.Device).DetachFromDisposeScope().requires_grad_(true);
        // The floor's buffers are not made where memory is measured.
        _scores = empty(floor ? n : 1, n * locations, device: Target.Device).DetachFromDisposeScope();
        _byGlobals = empty(n, d, device: Target.Device).DetachFromDisposeScope();
        _byLocals = empty(floor ? n * locations : 1, d, device: Target.Device).DetachFromDisposeScope();
    }

    public long N { get; }

    public Tensor Globals { get; }

    public Tensor Locals { get; }

    /// <summary>The three products into buffers that are there.</summary>
    public void Floor()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _scores.addmm_(Globals, Locals.t(), beta: 0, alpha: 1);
        _byGlobals.addmm_(_scores, Locals, beta: 0, alpha: 1);
        _byLocals.addmm_(_scores.t(), Globals, beta: 0, alpha: 1);
    }

    /// <summary>Value and gradients of an estimator on factored scores.</summary>
    public void Differentiate(MIEstimator estimator, StreamingOptions? options = null) => Differentiate(() =>
    {
        using ScoreMatrix scores = ScoreMatrix.FactoredRows(Globals, Locals, N, options);
        return estimator.Objective(scores);
    });

    /// <summary>Value and gradients of a formulation. The gradients of the factors themselves, since accumulating into leaves would copy
    /// them.</summary>
    public void Differentiate(Func<Tensor> value)
    {
        using var scope = NewDisposeScope();
        autograd.grad([value()], [Globals, Locals]);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in new[] { Globals, Locals, _scores, _byGlobals, _byLocals })
        {
            tensor.Dispose();
        }
    }
}
