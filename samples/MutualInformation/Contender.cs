using InfoMax.Estimators;
using InfoMax.Information;
using InfoMax.Information.Tasks;
using TorchSharp;

namespace InfoMax.Samples.MutualInformation;

/// <summary>An estimator in the table, and how a run of it is made.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Run">Estimates a task with a seed.</param>
internal sealed record Contender(string Name, Func<MutualInformationTask, MutualInformationOptions, CancellationToken, RunResult> Run)
{
    /// <summary>Pairs for validation and as many for the test.</summary>
    private const int HeldOut = 4096;

    /// <summary>Pairs for estimators that train nothing.</summary>
    private const int Direct = 10_000;

    public static IReadOnlyList<Contender> All { get; } =
    [
        Trained("infonce", () => new InfoNceEstimator()),
        Trained("nwj", () => new NwjEstimator()),
        Trained("tuba", () => new TubaEstimator()),
        Trained("interpolated (0.1)", () => new InterpolatedEstimator(0.1)),
        Trained("flo", () => new FloEstimator(32, 32)),
        Trained("donsker-varadhan", () => new DonskerVaradhanEstimator()),
        Trained("mine", () => new MineEstimator()),
        Trained("smile (5)", () => new SmileEstimator(5)),
        Trained("jensen-shannon", () => new JensenShannonEstimator()),
        Trained("jensen-shannon read by nwj", () => new JensenShannonEstimator(), new NwjEstimator()),
        Trained("squared-hellinger", () => DivergenceEstimator.SquaredHellinger),
        Trained("pearson-chi2", () => DivergenceEstimator.Pearson),
        Trained("reverse-kl", () => DivergenceEstimator.ReverseKullbackLeibler),
        Trained("club", () => new ClubEstimator()),
        Trained("leave-one-out", () => new LeaveOneOutEstimator()),
        WithoutTraining("ksg", (pairs, cancellation) => new KsgEstimator().Estimate(pairs.X, pairs.Y, cancellation).Value),
        WithoutTraining("canonical correlations", (pairs, _) => CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation),
    ];

    private static Contender Trained(string name, Func<MIEstimator> create, MIEstimator? readout = null) =>
        new(name, (task, options, cancellation) =>
    {
        MIEstimator estimator = create();
        MutualInformationEstimate e = InfoMax.Information.MutualInformation.Estimate(task, estimator, HeldOut,
            options with { Readout = readout }, cancellationToken: cancellation);
        estimator.State?.Dispose();
        return new RunResult(task.Name, task.TrueValue, name, options.Seed, e.Value, e.Low, e.High,
            double.IsFinite(e.Ceiling) ? e.Ceiling : null, e.Steps, e.End.ToString(), e.Elapsed.TotalSeconds);
    });

    private static Contender WithoutTraining(string name, Func<SamplePairs, CancellationToken, double> estimate) =>
        new(name, (task, options, cancellation) =>
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var generator = new torch.Generator((ulong)(1000 + options.Seed));
        using SamplePairs pairs = task.Sample(Direct, generator);
        double value = estimate(pairs, cancellation);
        return new RunResult(task.Name, task.TrueValue, name, options.Seed, value, null, null, null, 0, "Computed",
            clock.Elapsed.TotalSeconds);
    });
}
