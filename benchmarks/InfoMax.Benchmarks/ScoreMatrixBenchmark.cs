using BenchmarkDotNet.Attributes;
using InfoMax.Estimators;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// Value and both gradients of the three estimators on N global against N·L local vectors of D units, L = 64: as published, by ordinary differentiable operations,
/// streamed, and the floor, the three matrix products alone.
/// </summary>
[Config(typeof(InProcess))]
public class ScoreMatrixBenchmark
{
    private const int Locations = 64;
    private Tensor _globals = null!;
    private Tensor _locals = null!;
    private Tensor _scores = null!;
    private Tensor _byGlobals = null!;
    private Tensor _byLocals = null!;

    /// <summary>Batch sizes.</summary>
    [Params(64, 128, 256)]
    public int N { get; set; }

    /// <summary>Units.</summary>
    [Params(512)]
    public int D { get; set; }

    /// <summary>Makes the factors.</summary>
    [GlobalSetup]
    public void Setup()
    {
        NativeMemory.KeepFreedPages();
        using var generator = new Generator(1);
        using var scope = NewDisposeScope();
        _globals = randn([N, D], generator: generator).div(Math.Sqrt(D)).DetachFromDisposeScope().requires_grad_(true);
        _locals = randn([N * Locations, D], generator: generator).DetachFromDisposeScope().requires_grad_(true);
        _scores = empty(N, N * Locations).DetachFromDisposeScope();
        _byGlobals = empty(N, D).DetachFromDisposeScope();
        _byLocals = empty(N * Locations, D).DetachFromDisposeScope();
    }

    /// <summary>The three products into buffers that are there.</summary>
    [Benchmark(Baseline = true)]
    public void Floor()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _scores.addmm_(_globals, _locals.t(), beta: 0, alpha: 1);
        _byGlobals.addmm_(_scores, _locals, beta: 0, alpha: 1);
        _byLocals.addmm_(_scores.t(), _globals, beta: 0, alpha: 1);
    }

    /// <summary>InfoNCE as published.</summary>
    [Benchmark]
    public void InfoNcePublished() => Differentiate(() => Formulations.PublishedInfoNce(_globals, _locals, N));

    /// <summary>InfoNCE on the whole matrix.</summary>
    [Benchmark]
    public void InfoNceDense() => Differentiate(() => Formulations.DenseInfoNce(_globals, _locals, N));

    /// <summary>InfoNCE streamed.</summary>
    [Benchmark]
    public void InfoNceStreamed() => Stream(new InfoNceEstimator());

    /// <summary>Jensen–Shannon on the whole matrix.</summary>
    [Benchmark]
    public void JensenShannonDense() => Differentiate(() => Formulations.DenseJensenShannon(_globals, _locals, N));

    /// <summary>Jensen–Shannon streamed.</summary>
    [Benchmark]
    public void JensenShannonStreamed() => Stream(new JensenShannonEstimator());

    /// <summary>Donsker–Varadhan on the whole matrix.</summary>
    [Benchmark]
    public void DonskerVaradhanDense() => Differentiate(() => Formulations.DenseDonskerVaradhan(_globals, _locals, N));

    /// <summary>Donsker–Varadhan streamed.</summary>
    [Benchmark]
    public void DonskerVaradhanStreamed() => Stream(new DonskerVaradhanEstimator());

    private void Stream(MIEstimator estimator) => Differentiate(() =>
    {
        using ScoreMatrix scores = ScoreMatrix.FactoredRows(_globals, _locals, N);
        return estimator.Objective(scores);
    });

    private void Differentiate(Func<Tensor> value)
    {
        using var scope = NewDisposeScope();
        value().backward();
        _globals.grad = null;
        _locals.grad = null;
    }
}
