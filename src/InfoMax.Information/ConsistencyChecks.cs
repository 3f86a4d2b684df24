using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// Tests an estimator on your own samples against what holds for mutual information whatever the truth is: independence, invariance, data
/// processing, additivity.
/// </summary>
/// <remarks>
/// Five estimations in all. Source of the idea: Song and Ermon, "Understanding the limitations of variational mutual information
/// estimators", 2020.
/// </remarks>
public sealed class ConsistencyChecks
{
    /// <summary>Settings of each estimation.</summary>
    public MutualInformationOptions Options { get; init; } = MutualInformationOptions.Default;

    /// <summary>
    /// What a check allows beyond the intervals, as a share of the value, and of 1 nat where that is smaller: room for what the critic
    /// lacks.
    /// </summary>
    /// <value>Finite, at least 0; default 0.1.</value>
    public double Tolerance
    {
        get;
        init
        {
            if (!double.IsFinite(value) || value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(Tolerance), value, "Expected a finite number of at least 0.");
            }

            field = value;
        }
    } = 0.1;

    /// <summary>Runs all four checks.</summary>
    /// <param name="estimator">Makes the estimator, anew for each estimation.</param>
    /// <param name="x">Samples of one variable, <c>[n, dx]</c>, floating point.</param>
    /// <param name="y">Samples of the other, <c>[n, dy]</c>, floating point.</param>
    /// <param name="done">Receives each check when it is done; null disables reporting.</param>
    /// <param name="cancellationToken">Stops the run with an exception.</param>
    /// <returns>The checks in order: independence, invariance, data processing, additivity.</returns>
    /// <exception cref="ArgumentException">
    /// As for <see cref="MutualInformation"/>; samples must be matrices of floating-point numbers, and the estimator one of mutual
    /// information.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public IReadOnlyList<ConsistencyCheck> Run(
        Func<MIEstimator> estimator,
        Tensor x,
        Tensor y,
        IProgress<ConsistencyCheck>? done = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        CheckMatrix(x, nameof(x));
        CheckMatrix(y, nameof(y));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = RandomStream.Of(Options.Seed, "consistency checks").Generator();
        MutualInformationEstimate Estimate(Tensor a, Tensor b)
        {
            using var grad = enable_grad();
            MIEstimator made = estimator();
            if ((Options.Readout ?? made).EstimateKind == BoundKind.Surrogate)
            {
                throw new ArgumentException(
                    $"Expected an estimator whose value is mutual information, got {made.Name}.", nameof(estimator));
            }

            MutualInformationEstimate estimate = MutualInformation.Estimate(a, b, made, Options, null, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return estimate;
        }

        var checks = new List<ConsistencyCheck>();
        void Add(ConsistencyCheck check)
        {
            checks.Add(check);
            done?.Report(check);
        }

        MutualInformationEstimate reference = Estimate(x, y);
        MutualInformationEstimate apart = Estimate(x, y[Shifted(y.shape[0], generator).to(y.device)]);
        Add(new("independence", "pairs torn apart have none", null, apart, Math.Abs(apart.Value), HalfWidth(apart) + Tolerance));

        MutualInformationEstimate mapped = Estimate(Warp(x, generator), Warp(y, generator));
        Add(new(
            "invariance",
            "maps that can be undone change nothing",
            reference,
            mapped,
            Math.Abs(mapped.Value - reference.Value),
            Allowed(reference, mapped)));

        MutualInformationEstimate coarse = Estimate(x, Coarsen(y));
        Add(new(
            "data processing",
            "a function of y tells no more than y",
            reference,
            coarse,
            Math.Max(0, coarse.Value - reference.Value),
            Allowed(reference, coarse)));

        long half = x.shape[0] / 2;
        Tensor Two(Tensor samples) => cat([samples.narrow(0, 0, half), samples.narrow(0, half, half)], 1);
        MutualInformationEstimate twice = Estimate(Two(x), Two(y));
        Add(new(
            "additivity",
            "two independent copies have twice as much",
            reference,
            twice,
            Math.Abs(twice.Value - (2 * reference.Value)),
            Allowed(reference, twice) + HalfWidth(reference) + (Tolerance * Math.Max(1, reference.Value))));
        return checks;
    }

    /// <summary>Half of the interval; of an estimate that has no upper end, two standard errors.</summary>
    private static double HalfWidth(MutualInformationEstimate estimate) =>
        double.IsFinite(estimate.High) ? (estimate.High - estimate.Low) / 2 : 2 * estimate.StandardError;

    private double Allowed(MutualInformationEstimate reference, MutualInformationEstimate changed) =>
        Math.Sqrt(Math.Pow(HalfWidth(reference), 2) + Math.Pow(HalfWidth(changed), 2)) + (Tolerance * Math.Max(1, reference.Value));

    /// <summary>A permutation without fixed points: a shuffled cycle.</summary>
    private static Tensor Shifted(long count, Generator generator)
    {
        Tensor order = randperm(count, generator: generator);
        return empty_like(order).scatter_(0, order, order.roll(1));
    }

    /// <summary>A rotation followed by a monotone function of each coordinate.</summary>
    private static Tensor Warp(Tensor samples, Generator generator)
    {
        using var scope = NewDisposeScope();
        Tensor scaled = PairInput.Standardize(samples.to(ScalarType.Float64));
        (Tensor rotation, _) = linalg.qr(randn([scaled.shape[1], scaled.shape[1]], dtype: ScalarType.Float64, generator: generator));
        Tensor rotated = scaled.mm(rotation.to(scaled.device));
        return scope.MoveToOuter((rotated + (0.2 * rotated.pow(3))).to(Wide(samples.dtype)));
    }

    /// <summary>The first half of the coordinates; for a single one, its magnitude.</summary>
    private static Tensor Coarsen(Tensor samples) => samples.shape[1] == 1
        ? PairInput.Standardize(samples.to(ScalarType.Float64)).abs().to(Wide(samples.dtype))
        : samples.narrow(1, 0, samples.shape[1] / 2);

    /// <summary>A dtype that holds the cubes of standardized values.</summary>
    private static ScalarType Wide(ScalarType dtype) => dtype == ScalarType.Float64 ? dtype : ScalarType.Float32;

    private static void CheckMatrix(Tensor samples, string name)
    {
        TensorGuard.NotDisposed(samples, name);
        TensorGuard.FloatingPoint(samples, name);
        TensorGuard.HasShape(samples, [-1, -1], name);
    }
}
