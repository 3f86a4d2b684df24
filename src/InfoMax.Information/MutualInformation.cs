using System.Diagnostics;
using InfoMax.Critics;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Information.Tasks;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// Estimates the mutual information of two variables from samples of them: trains a critic on one part of the samples, stops by a second,
/// and reads the value with an interval from a third. For a discrete variable such as a class use <see cref="WithLabels"/>.
/// </summary>
/// <remarks>
/// In the score matrix y is the global vector and x the local one. The interval covers the value that this critic would have on endless
/// test samples. A lower bound is below the mutual information by as much as the critic falls short of the best one, and no interval shows
/// that. Compare estimators, critics and seeds, and run <see cref="ConsistencyChecks"/>. A critic that never improves on the validation
/// split has learned nothing: the estimate then ends with <see cref="EstimationEnd.NothingLearned"/>, has no upper end, and says what to
/// do.
/// </remarks>
public static partial class MutualInformation
{
    private const int MinPairs = 20;

    /// <summary>Estimates from samples.</summary>
    /// <param name="x">
    /// Samples of one variable, <c>[n, *]</c>, any numeric dtype; row i belongs to row i of <paramref name="y"/>. More dimensions than two
    /// are flattened.
    /// </param>
    /// <param name="y">Samples of the other, <c>[n, *]</c>.</param>
    /// <param name="estimator">The estimator to train with; its state, if any, is trained too, and stays the caller's.</param>
    /// <param name="options">Settings; null for <see cref="MutualInformationOptions.Default"/>.</param>
    /// <param name="progress">
    /// Receives a report after each check on the validation split, on the calling thread; null disables reporting.
    /// </param>
    /// <param name="cancellationToken">Stops training; the value is then read from the best critic so far.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="ArgumentException">
    /// Samples do not fit together, are too few (20 pairs at least) or not finite; settings are out of range (all of them are named);
    /// estimator and critic do not go together.
    /// </exception>
    public static MutualInformationEstimate Estimate(
        Tensor x,
        Tensor y,
        MIEstimator estimator,
        MutualInformationOptions? options = null,
        IProgress<MutualInformationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options = Check(estimator, options);
        CheckSamples(x, y, options);
        using var scope = NewDisposeScope();
        using PairBatches batches = PairBatches.Of(x.detach().flatten(1), y.detach().flatten(1), options);
        return Estimate(batches, estimator, options, progress, cancellationToken);
    }

    /// <summary>Estimates from samples in arrays.</summary>
    /// <param name="x">Samples of one variable, n rows; row i belongs to row i of <paramref name="y"/>.</param>
    /// <param name="y">Samples of the other, n rows.</param>
    /// <param name="estimator">The estimator to train with; its state, if any, is trained too, and stays the caller's.</param>
    /// <param name="options">Settings; null for <see cref="MutualInformationOptions.Default"/>.</param>
    /// <param name="progress">
    /// Receives a report after each check on the validation split, on the calling thread; null disables reporting.
    /// </param>
    /// <param name="cancellationToken">Stops training; the value is then read from the best critic so far.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="ArgumentException">As for tensors.</exception>
    public static MutualInformationEstimate Estimate(
        double[,] x,
        double[,] y,
        MIEstimator estimator,
        MutualInformationOptions? options = null,
        IProgress<MutualInformationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        NativeBackend.EnsureLoadable();
        using Tensor xs = tensor(x), ys = tensor(y);
        return Estimate(xs, ys, estimator, options, progress, cancellationToken);
    }

    /// <summary>
    /// Estimates the mutual information of a task, whose batches are drawn anew each step: what the estimator gives with endless samples.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="estimator">The estimator to train with; its state, if any, is trained too, and stays the caller's.</param>
    /// <param name="heldOut">Pairs to draw for validation, and as many for the test; 20 or more, default 4096.</param>
    /// <param name="options">Settings; the fractions are not used; null for <see cref="MutualInformationOptions.Default"/>.</param>
    /// <param name="progress">
    /// Receives a report after each check on the validation split, on the calling thread; null disables reporting.
    /// </param>
    /// <param name="cancellationToken">Stops training; the value is then read from the best critic so far.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="ArgumentException">Settings are out of range, or estimator and critic do not go together.</exception>
    public static MutualInformationEstimate Estimate(
        MutualInformationTask task,
        MIEstimator estimator,
        int heldOut = 4096,
        MutualInformationOptions? options = null,
        IProgress<MutualInformationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(heldOut, MinPairs);
        options = Check(estimator, options);
        using PairBatches batches = PairBatches.Of(task, heldOut, options);
        return Estimate(batches, estimator, options, progress, cancellationToken);
    }

    private static MutualInformationEstimate Estimate(
        PairBatches batches,
        MIEstimator estimator,
        MutualInformationOptions options,
        IProgress<MutualInformationProgress>? progress,
        CancellationToken cancellationToken)
    {
        Stopwatch clock = Stopwatch.StartNew();
        MIEstimator reader = options.Readout ?? estimator;
        int seed = RandomStream.Of(options.Seed, "mutual information").Of("critic").Seed();
        using Critic critic = CreateCritic(estimator, options, batches.Test.X.shape[1], batches.Test.Y.shape[1], seed);
        using var training = new CriticTraining(critic, estimator, batches, options);
        EstimationEnd end = training.Run(progress, clock, cancellationToken);
        (double value, double low, double high, double error, double ceiling) =
            HeldOut.Read(critic, batches.Test, options, reader, scores => reader.EstimateTransferred(scores, estimator));
        bool nothing = (end is EstimationEnd.Converged or EstimationEnd.OutOfSteps)
            && (training.BestStep == 0 || (batches.TrainingPairs > 0 && OnlyFitsTraining(training.Curve, low, reader.EstimateKind)));
        return new MutualInformationEstimate
        {
            Value = value,
            Low = low,
            High = nothing ? double.PositiveInfinity : high,
            Confidence = options.Confidence,
            StandardError = error,
            Ceiling = ceiling,
            NearCeiling = double.IsFinite(ceiling) && value >= ceiling * (1 - options.CeilingMargin),
            Kind = reader.EstimateKind,
            Estimator = estimator.Name,
            Readout = reader.Name,
            End = nothing ? EstimationEnd.NothingLearned : end,
            Steps = training.Steps,
            SkippedSteps = training.Skipped,
            BestStep = training.BestStep,
            ValidationCurve = training.Curve,
            TrainingPairCount = batches.TrainingPairs,
            ValidationPairCount = batches.Validation.Count,
            TestPairCount = batches.Test.Count,
            Seed = options.Seed,
            Elapsed = clock.Elapsed,
        };
    }

    /// <summary>
    /// Whether a bound is no larger than chance and the validation objective ended below that of the untrained critic: the critic fits its
    /// training pairs alone.
    /// </summary>
    private static bool OnlyFitsTraining(IReadOnlyList<(int Step, double Objective)> curve, double low, BoundKind kind) =>
        low <= 0 && (kind is BoundKind.LowerBound or BoundKind.Approximation) && curve[^1].Objective < curve[0].Objective;

    private static Critic CreateCritic(MIEstimator estimator, MutualInformationOptions options, long xs, long ys, int seed)
    {
        Critic critic = options.Critic is { } create
            ? create(xs, ys, seed) ?? throw new ArgumentException("The function that builds the critic returned null.", nameof(options))
            : estimator switch
            {
                ClubEstimator or LeaveOneOutEstimator => new GaussianCritic(xs, ys, seed: seed),
                { NeedsLipschitzCritic: true } => new LipschitzCritic(xs, ys, seed: seed),
                _ => new SeparableMlpCritic(xs, ys, seed: seed),
            };
        if (estimator.NeedsLipschitzCritic && !critic.IsLipschitz)
        {
            string name = critic.GetType().Name;
            critic.Dispose();
            throw new ArgumentException(
                $"Expected a critic that is 1-Lipschitz, which {estimator.Name} needs, got {name}.", nameof(options));
        }

        return critic;
    }

    private static MutualInformationOptions Check(MIEstimator estimator, MutualInformationOptions? options)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        NativeBackend.EnsureLoadable();
        options ??= MutualInformationOptions.Default;
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0)
        {
            throw new ArgumentException("The estimation cannot start: " + string.Join("; ", faults) + ".", nameof(options));
        }

        if (options.Readout is { } reader && !reader.HasScoresOf(estimator)
            && (estimator.ToLogRatio is null || reader.FromLogRatio is null))
        {
            throw new ArgumentException(
                $"Scores trained with {estimator.Name} cannot be read with {reader.Name}: no density ratio leads from one to the other.",
                nameof(options));
        }

        return options;
    }

    private static void CheckSamples(Tensor x, Tensor y, MutualInformationOptions options)
    {
        CheckSamples(x, nameof(x));
        CheckSamples(y, nameof(y));
        long n = x.shape[0];
        if (y.shape[0] != n)
        {
            throw new ArgumentException($"Expected {n} samples, one for each of x, got {TensorGuard.Describe(y)}.", nameof(y));
        }

        if (x.device_type != y.device_type || x.device_index != y.device_index)
        {
            throw new ArgumentException($"Expected samples on the device of x ({x.device}), got {TensorGuard.Describe(y)}.", nameof(y));
        }

        (long validation, long test) = PairBatches.Shares(n, options);
        if (n < MinPairs || Math.Min(validation, test) < 4 || n - validation - test < 2)
        {
            throw new ArgumentException(
                $"Expected at least {MinPairs} pairs, of which each held-out split gets 4, got {n}: {n - validation - test} for training, "
                + $"{validation} for validation, {test} for the test.",
                nameof(x));
        }

        TensorGuard.Finite(x, nameof(x));
        TensorGuard.Finite(y, nameof(y));
    }

    private static void CheckSamples(Tensor samples, string name)
    {
        TensorGuard.NotDisposed(samples, name);
        if (samples.dim() < 2 || samples.numel() == 0 || samples.is_complex())
        {
            throw new ArgumentException(
                $"Expected real samples [n, dimensions], got {TensorGuard.Describe(samples)}; "
                + $"add a dimension to single numbers: samples.unsqueeze(1).",
                name);
        }
    }
}
