using System.Globalization;
using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Solvers;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>What the linear probes share: standardized features, and a regularization that is given or chosen.</summary>
/// <param name="design">Prepares training rows for the solver.</param>
/// <param name="solver">Makes the solver for some rows of a design; labels are the labels of these rows.</param>
internal sealed class RegularizedFit(
    Func<Tensor, CancellationToken, LinearDesign> design, Func<LinearDesign, int[], int[]?, int, int, ILinearSolver> solver)
{
    public double? C
    {
        get;
        set => field = value is { } c ? OptionGuard.Positive(c, nameof(C)) : null;
    }

    /// <summary>Ascending, each once.</summary>
    public IReadOnlyList<double> Candidates
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Candidates));
            field = value.Count > 0
                ? [.. value.Select(c => OptionGuard.Positive(c, nameof(Candidates))).Order().Distinct()]
                : throw new ArgumentException("Expected at least one candidate, got 0.", nameof(Candidates));
        }
    } = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

    public double ValidationFraction
    {
        get;
        set => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ValidationFraction), value, "Expected a number between 0 and 1, both excluded.");
    } = 0.2;

    public int MaxIterations
    {
        get;
        set => field = OptionGuard.AtLeast(1, value, nameof(MaxIterations));
    } = 1000;

    /// <summary>Fits all rows of a feature set, without a test.</summary>
    public LinearClassifier Fit(FeatureSet train, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        train.CheckUsable();
        int present = train.Labels?.Distinct().Count() ?? 0;
        if (present < 2)
        {
            throw new ArgumentException($"Expected labeled rows of at least two classes, got {present}.", nameof(train));
        }

        TensorGuard.Finite(train.Values, nameof(train));
        using LinearProblem problem = Prepare(train, cancellationToken);
        return FitAndSay(train, problem, seed, cancellationToken).Classifier;
    }

    /// <summary>What all repeats on the same training rows share.</summary>
    public LinearProblem Prepare(FeatureSet train, CancellationToken cancellationToken) => new(design(train.Values, cancellationToken));

    /// <summary>Fits and predicts, on prepared training rows or, without them, on rows prepared for this call.</summary>
    public (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) Run(
        FeatureSet train, FeatureSet test, IDisposable? prepared, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using LinearProblem? own = prepared is null ? Prepare(train, cancellationToken) : null;
        (LinearClassifier classifier, string choice) = FitAndSay(train, own ?? (LinearProblem)prepared!, seed, cancellationToken);
        return (classifier.Predict(test), choice, null);
    }

    /// <summary>Fits, and says where C comes from.</summary>
    private (LinearClassifier Classifier, string Choice) FitAndSay(
        FeatureSet train, LinearProblem problem, int seed, CancellationToken cancellationToken)
    {
        // Only the classes that are present: a class without rows has no finite intercept.
        int[] classes = [.. train.Labels!.Distinct().Order()];
        int[] labels = [.. train.Labels!.Select(label => Array.BinarySearch(classes, label))];
        using ILinearSolver all = solver(problem.Design, labels, null, classes.Length, seed);
        var tried = new List<LinearFit>();
        try
        {
            (double c, LinearFit? near, string origin) = C is { } given
                ? (given, null, "given")
                : Choose(problem.Design, labels, classes.Length, seed, tried, cancellationToken);
            LinearFit fit = all.Solve(c, problem.Last(c) ?? near, precise: true, MaxIterations, cancellationToken);
            problem.Keep(c, fit);
            var classifier = new LinearClassifier(problem.Design, fit, c, classes);
            string end = classifier.Converged ? "" : ", not converged";
            return (classifier, string.Create(CultureInfo.InvariantCulture, $"C={c:G6} {origin}{end}"));
        }
        finally
        {
            tried.ForEach(fit => fit.Dispose());
        }
    }

    /// <summary>Chooses C. Every fit made on the way goes into the list, which the caller disposes.</summary>
    private (double C, LinearFit? Fit, string Origin) Choose(
        LinearDesign rows, int[] labels, int classes, int seed, List<LinearFit> tried, CancellationToken cancellationToken)
    {
        var draw = RandomStream.Of(seed, "regularized probe").Of("validation rows").Random();
        (int[] fitRows, int[] validationRows) = StratifiedDraw.Split(labels, ValidationFraction, draw);
        if (validationRows.Length == 0 || Candidates.Count == 1)
        {
            string why = Candidates.Count == 1 ? "as the only candidate" : "as the middle candidate, with no row to hold back";
            return (Candidates[Candidates.Count / 2], null, why);
        }

        using ILinearSolver some = solver(rows, [.. fitRows.Select(row => labels[row])], fitRows, classes, seed);
        using var validation = new ValidationRows(rows, validationRows, [.. validationRows.Select(row => labels[row])]);
        (double C, double Accuracy, double Loss, LinearFit? Fit) best = (0, -1, double.PositiveInfinity, null);
        int worse = 0;
        foreach (double c in Candidates)
        {
            LinearFit fit = some.Solve(c, tried.LastOrDefault(), precise: false, MaxIterations, cancellationToken);
            tried.Add(fit);
            (double accuracy, double loss) = validation.Score(fit, some);
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
}
