using BenchmarkDotNet.Attributes;
using InfoMax.Estimators;
using InfoMax.Training.Memory;
using static TorchSharp.torch;

namespace InfoMax.Benchmarks;

/// <summary>
/// Value and both gradients of the three estimators on N global against N·L local vectors of D units, L = 64: as published, by ordinary
/// differentiable operations,
/// streamed, and the floor, the three matrix products alone.
/// </summary>
[Config(typeof(InProcess))]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet disposes by GlobalCleanup.")]
public class ScoreMatrixBenchmark
{
    private const int Locations = 64;
    private ScoreProblem _problem = null!;

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
        _problem = new ScoreProblem(N, Locations, D);
    }

    /// <summary>Disposes them.</summary>
    [GlobalCleanup]
    public void Cleanup() => _problem.Dispose();

    /// <summary>The three products into buffers that are there.</summary>
    [Benchmark(Baseline = true)]
    public void Floor()
    {
        _problem.Floor();
        Target.Settle();
    }

    /// <summary>InfoNCE as published.</summary>
    [Benchmark]
    public void InfoNcePublished() => Formulated(Formulations.PublishedInfoNce);

    /// <summary>InfoNCE on the whole matrix.</summary>
    [Benchmark]
    public void InfoNceDense() => Formulated(Formulations.DenseInfoNce);

    /// <summary>InfoNCE streamed.</summary>
    [Benchmark]
    public void InfoNceStreamed() => Stream(new InfoNceEstimator());

    /// <summary>Jensen–Shannon on the whole matrix.</summary>
    [Benchmark]
    public void JensenShannonDense() => Formulated(Formulations.DenseJensenShannon);

    /// <summary>Jensen–Shannon streamed.</summary>
    [Benchmark]
    public void JensenShannonStreamed() => Stream(new JensenShannonEstimator());

    /// <summary>Donsker–Varadhan on the whole matrix.</summary>
    [Benchmark]
    public void DonskerVaradhanDense() => Formulated(Formulations.DenseDonskerVaradhan);

    /// <summary>Donsker–Varadhan streamed.</summary>
    [Benchmark]
    public void DonskerVaradhanStreamed() => Stream(new DonskerVaradhanEstimator());

    private void Stream(MIEstimator estimator)
    {
        _problem.Differentiate(estimator);
        Target.Settle();
    }

    private void Formulated(Func<Tensor, Tensor, long, Tensor> value)
    {
        _problem.Differentiate(() => value(_problem.Globals, _problem.Locals, N));
        Target.Settle();
    }
}
