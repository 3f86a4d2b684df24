using System.Globalization;
using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;
using InfoMax.Foundation;
using InfoMax.Randomness;

namespace InfoMax.Evaluation.Probes;

/// <summary>What the linear probes have in common: standardized features and a regularization that is given or chosen.</summary>
public abstract record RegularizedProbe : Probe
{
    private readonly double? _c;
    private readonly IReadOnlyList<double> _candidates = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];
    private readonly double _validationFraction = 0.2;
    private readonly int _maxIterations = 1000;

    private protected RegularizedProbe()
    {
    }

    /// <summary>Weight of the summed loss against the regularizer: the C of scikit-learn. Smaller is stronger regularization.</summary>
    /// <value>
    /// Above 0, or null (the default) to choose it from <see cref="Candidates"/> on a validation split of the training rows. Where no row can
    /// be held back, because every class has one or two, the middle candidate is taken.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double? C
    {
        get => _c;
        init
        {
            if (value is { } c)
            {
                CheckPositive(c, nameof(C));
            }

            _c = value;
        }
    }

    /// <summary>What <see cref="C"/> is chosen from if it is not given.</summary>
    /// <value>
    /// At least one, each a finite number above 0. Default 10⁻⁵ to 10 in decades. They are tried in ascending order, and no further once
    /// two in a row did worse than the best so far in both accuracy and loss. The highest validation accuracy wins; among equals the
    /// lowest validation loss.
    /// </value>
    /// <exception cref="ArgumentException">Empty, or one is not a finite number above 0.</exception>
    public IReadOnlyList<double> Candidates
    {
        get => _candidates;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Candidates));
            if (value.Count == 0)
            {
                throw new ArgumentException("Expected at least one candidate, got 0.", nameof(Candidates));
            }

            foreach (double candidate in value)
            {
                CheckPositive(candidate, nameof(Candidates));
            }

            _candidates = [.. value.Order().Distinct()];
        }
    }

    /// <summary>Share of the training rows of each class that <see cref="C"/> is chosen on; the final fit uses all training rows.</summary>
    /// <value>Between 0 and 1, both excluded. Default 0.2. Test rows never take part.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public double ValidationFraction
    {
        get => _validationFraction;
        init
        {
            if (!(value > 0 && value < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(ValidationFraction), value, "Expected a number between 0 and 1, both excluded.");
            }

            _validationFraction = value;
        }
    }

    /// <summary>Most iterations of a fit.</summary>
    /// <value>At least 1. Default 1000. A fit that ends there says so in the result.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxIterations
    {
        get => _maxIterations;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxIterations));
            _maxIterations = value;
        }
    }

    /// <summary>The settings in one line.</summary>
    /// <returns>The text, in the invariant culture.</returns>
    public sealed override string ToString() => RecordText.Of(this);

    /// <summary>Fits the classifier on all rows of a feature set, without a test: for use of the classifier itself.</summary>
    /// <param name="train">Labeled features <c>[N, F]</c> of at least two classes. <see cref="Probe.Labels"/> and <see cref="Probe.Repeats"/> are not looked at.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The classifier, with <see cref="C"/> as given or as chosen with <see cref="Probe.Seed"/>.</returns>
    /// <exception cref="ArgumentException">Labels are missing, there is one class only, or values are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public LinearClassifier Fit(FeatureSet train, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        train.CheckUsable();
        int present = train.Labels?.Distinct().Count() ?? 0;
        if (present < 2)
        {
            throw new ArgumentException($"Expected labeled rows of at least two classes, got {present}.", nameof(train));
        }

        TensorGuard.Finite(train.Values, nameof(train));
        using var problem = new LinearProblem(Design(train.Values, cancellationToken));
        return FitAndSay(train, problem, Seed, cancellationToken).Classifier;
    }

    /// <inheritdoc/>
    protected sealed override bool IsSeeded => C is null || IsSolverSeeded;

    /// <inheritdoc/>
    protected sealed override ProbeOutcome Run(FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using IDisposable prepared = Prepare(train, cancellationToken);
        return RunPrepared(train, test, prepared, seed, cancellationToken);
    }

    private protected sealed override IDisposable Prepare(FeatureSet train, CancellationToken cancellationToken) => new LinearProblem(Design(train.Values, cancellationToken));

    private protected sealed override ProbeOutcome RunPrepared(FeatureSet train, FeatureSet test, IDisposable? prepared, int seed, CancellationToken cancellationToken)
    {
        if (prepared is not LinearProblem problem)
        {
            return Run(train, test, seed, cancellationToken);
        }

        (LinearClassifier classifier, string choice) = FitAndSay(train, problem, seed, cancellationToken);
        return ProbeOutcome.Of(classifier.Predict(test), test.Labels!, choice);
    }

    /// <summary>Whether the solver draws random numbers that can change its answer.</summary>
    private protected abstract bool IsSolverSeeded { get; }

    /// <summary>Makes the solver for some rows of a design; labels are those of the rows.</summary>
    private protected abstract ILinearSolver Solver(LinearDesign design, int[] labels, int[]? rows, int classes, int seed);

    /// <summary>The training rows as the solver wants them.</summary>
    private protected virtual LinearDesign Design(TorchSharp.torch.Tensor features, CancellationToken cancellationToken) => LinearDesign.Of(features, cancellationToken);

    /// <summary>Fits, and says where C comes from.</summary>
    private (LinearClassifier Classifier, string Choice) FitAndSay(FeatureSet train, LinearProblem problem, int seed, CancellationToken cancellationToken)
    {
        // Only the classes that are there: a class without rows has no finite intercept.
        int[] classes = [.. train.Labels!.Distinct().Order()];
        int[] labels = [.. train.Labels!.Select(label => Array.BinarySearch(classes, label))];
        LinearDesign design = problem.Design;
        using ILinearSolver solver = Solver(design, labels, null, classes.Length, seed);
        var tried = new List<LinearFit>();
        try
        {
            (double c, LinearFit? near, string origin) = C is { } given ? (given, null, "given") : Choose(design, labels, classes.Length, seed, tried, cancellationToken);
            LinearFit fit = solver.Solve(c, problem.Last(c) ?? near, precise: true, MaxIterations, cancellationToken);
            problem.Keep(c, fit);
            var classifier = new LinearClassifier(design, fit, c, classes);
            return (classifier, string.Create(CultureInfo.InvariantCulture, $"C={c:G6} {origin}{(classifier.Converged ? "" : ", not converged")}"));
        }
        finally
        {
            tried.ForEach(fit => fit.Dispose());
        }
    }

    /// <summary>Chooses C; every fit that was made on the way goes into the list, which the caller disposes.</summary>
    private (double C, LinearFit? Fit, string Origin) Choose(LinearDesign design, int[] labels, int classes, int seed, List<LinearFit> tried, CancellationToken cancellationToken)
    {
        (int[] fitRows, int[] validationRows) = StratifiedDraw.Split(labels, ValidationFraction, RandomStream.Of(seed, "regularized probe").Of("validation rows").Random());
        if (validationRows.Length == 0 || Candidates.Count == 1)
        {
            return (Candidates[Candidates.Count / 2], null, Candidates.Count == 1 ? "as the only candidate" : "as the middle candidate, with no row to hold back");
        }

        using ILinearSolver solver = Solver(design, [.. fitRows.Select(row => labels[row])], fitRows, classes, seed);
        using var validation = new ValidationRows(design, validationRows, [.. validationRows.Select(row => labels[row])]);
        (double C, double Accuracy, double Loss, LinearFit? Fit) best = (0, -1, double.PositiveInfinity, null);
        int worse = 0;
        foreach (double c in Candidates)
        {
            LinearFit fit = solver.Solve(c, tried.LastOrDefault(), precise: false, MaxIterations, cancellationToken);
            tried.Add(fit);
            (double accuracy, double loss) = validation.Score(fit, solver);
            if (accuracy > best.Accuracy || (accuracy == best.Accuracy && loss < best.Loss))
            {
                best = (c, accuracy, loss, fit);
                worse = 0;
            }
            else if (accuracy < best.Accuracy && loss > best.Loss && ++worse == 2)
            {
                break;
            }
        }

        return (best.C, best.Fit, $"chosen on {validationRows.Length} of {labels.Length} training rows");
    }

    private static void CheckPositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");
        }
    }
}
