using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Training;

namespace InfoMax.Reports;

/// <summary>Judges representations and puts what is found into a <see cref="Report"/>: probes, the codes in two dimensions, nearest neighbors, the best probe's confusion matrix, the codes beside their prior.</summary>
/// <remarks>A set of options without state. The encoder is not trained. Everything that is drawn at random follows from <see cref="Seed"/>.</remarks>
public sealed record RepresentationReport
{
    /// <summary>The heading of the page. Default "What was learned".</summary>
    public string Title { get; init; } = "What was learned";

    /// <summary>The command that makes the page again; null to leave that out.</summary>
    public string? Command { get; init; }

    /// <summary>Features to probe, as in <see cref="EncoderOutput.Features"/>. Default "global".</summary>
    public IReadOnlyList<string> Features { get; init; } = [EncoderOutput.GlobalFeature];

    /// <summary>The feature whose codes are shown; it is probed too if it is one of <see cref="Features"/>. Default "global".</summary>
    public string Code { get; init; } = EncoderOutput.GlobalFeature;

    /// <summary>What each feature is probed with, a column for each. Default: a linear probe with all labels, which chooses its regularization.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [new LinearProbe()];

    /// <summary>What the codes are shown beside. Default <see cref="Prior.Uniform"/>.</summary>
    public Prior Prior { get; init; } = Prior.Uniform;

    /// <summary>Points in each picture of codes at most.</summary>
    /// <value>At least 2; default 1000.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int Points
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(Points));
            field = value;
        }
    } = 1000;

    /// <summary>Neighbors of each query; fewer where there are fewer examples.</summary>
    /// <value>At least 1; default 6.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Neighbors
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Neighbors));
            field = value;
        }
    } = 6;

    /// <summary>Seed of the t-SNE. Default 0; probes have seeds of their own.</summary>
    public int Seed { get; init; }

    /// <summary>Judges one encoder.</summary>
    /// <param name="encoder">The encoder; evaluation mode for the time of the extraction, not trained.</param>
    /// <param name="train">Labeled examples to fit the probes on.</param>
    /// <param name="test">Labeled examples to test them on and to show.</param>
    /// <param name="training">What the training did, for its curves; null to leave them out.</param>
    /// <param name="cancellationToken">Looked at between batches and steps.</param>
    /// <returns>The report, to be changed with <c>with</c> or saved.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or as for probes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Report Evaluate(Encoder encoder, LabeledData train, LabeledData test, TrainingResult? training = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        string[] names = [.. Features.Append(Code).Distinct()];
        var extractor = new FeatureExtractor();
        using FeatureCollection trainFeatures = extractor.ExtractAll(encoder, train, names, cancellationToken);
        using FeatureCollection testFeatures = extractor.ExtractAll(encoder, test, names, cancellationToken);
        return Evaluate([new Representation("trained", trainFeatures, testFeatures)], test.Inputs, test.ClassNames, training, cancellationToken);
    }

    /// <summary>Judges representations beside each other, such as an encoder's before and after training.</summary>
    /// <param name="representations">At least one, all of the same examples. The last is the one whose confusion matrix is shown.</param>
    /// <param name="examples">The test examples themselves; nearest neighbors are shown where these are images. Null for none.</param>
    /// <param name="classNames">Names of the classes; null for numbers.</param>
    /// <param name="training">What the training did, for its curves; null to leave them out.</param>
    /// <param name="cancellationToken">Looked at between batches and steps.</param>
    /// <returns>The report, to be changed with <c>with</c> or saved.</returns>
    /// <exception cref="ArgumentException">There is no representation, one lacks a feature or has another number of rows than there are examples, or as for probes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Report Evaluate(
        IReadOnlyList<Representation> representations,
        IBatchSource? examples = null,
        IReadOnlyList<string>? classNames = null,
        TrainingResult? training = null,
        CancellationToken cancellationToken = default)
    {
        Check(representations, examples);
        (Representation Representation, string Feature, ProbeResult[] Results)[] results =
        [
            .. from representation in representations
               from feature in Features
               select (representation, feature, Probes.Select(probe => probe.Evaluate(representation.Train[feature], representation.Test[feature], cancellationToken)).ToArray()),
        ];
        (string Name, FeatureSet Codes)[] codes = [.. representations.Select(r => (r.Name, r.Test[Code]))];
        var missing = new List<(string Label, string Value)>();
        CodeMap[] maps =
        [
            .. codes.SelectMany(c => Draw(c.Name + ", two principal components", title => CodeMap.Components(title, c.Codes, classNames, Points, cancellationToken), missing)),
            .. codes.SelectMany(c => Draw(c.Name + ", t-SNE", title => CodeMap.Neighborhoods(title, c.Codes, classNames, Points, seed: Seed, cancellationToken: cancellationToken), missing)),
        ];
        bool images = examples is { ExampleShape: [1 or 3, > 1, > 1], Count: > 1 };
        return new Report
        {
            Title = Title,
            Command = Command,
            Subtitle = Text($"{codes[0].Codes.Count:N0} test examples, codes of {codes[0].Codes.FeatureCount} numbers."),
            Facts = [.. Facts(representations, results, codes, training), .. missing],
            Table = results.Length == 0 || Probes.Count == 0 ? null : new ResultTable(
                [.. results[0].Results.Select(result => Text($"{result.Probe}, {result.LabelCount:N0} labels"))],
                [.. results.Select(row => ResultRow.Of(row.Representation.Name, row.Feature, row.Results))],
                "Accuracy on the test examples, mean and standard deviation over repeats where there are some.")
            {
                Notes = [.. results.SelectMany(row => row.Results.Select(result => $"{row.Representation.Name}: {result}"))],
            },
            Curves = training is null ? [] : [.. training.Epochs.SelectMany(e => e.Metrics.Keys).Distinct().Order(StringComparer.Ordinal).Select(metric => MetricCurve.Of(training, metric, unit: UnitOf(metric)))],
            Maps = maps,
            Neighbors = images ? NeighborTable.Of(examples!, codes, count: Math.Min(Neighbors, examples!.Count - 1), classNames: classNames, cancellationToken: cancellationToken) : null,
            Pictures = [.. Groups(Best(results, representations[^1]), codes, classNames)],
        };
    }

    /// <summary>The settings in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Title}: {string.Join(", ", Features)} by {string.Join(", ", Probes.Select(probe => probe.Name))}, pictures of {Code}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string UnitOf(string metric) => metric.EndsWith("accuracy", StringComparison.Ordinal) ? "share" : metric.EndsWith("nats", StringComparison.Ordinal) ? "nats" : "as reported";

    /// <summary>A picture of codes, or none and why: codes that are all the same, or of one number, have no place in a plane, and the rest of the report is worth the more then.</summary>
    private static IEnumerable<CodeMap> Draw(string title, Func<string, CodeMap> map, List<(string Label, string Value)> missing)
    {
        try
        {
            return [map(title)];
        }
        catch (ArgumentException e)
        {
            missing.Add((title, "not drawn: " + e.Message));
            return [];
        }
    }

    /// <summary>The best result on any feature of a representation; null if nothing was probed.</summary>
    private static (string Feature, ProbeResult Result)? Best((Representation Representation, string Feature, ProbeResult[] Results)[] results, Representation representation)
    {
        (string Feature, ProbeResult Result)[] all = [.. results.Where(row => row.Representation == representation).SelectMany(row => row.Results.Select(result => (row.Feature, result)))];
        return all.Length == 0 ? null : all.MaxBy(pair => pair.Result.Mean);
    }

    private static IEnumerable<(string Label, string Value)> Facts(
        IReadOnlyList<Representation> representations,
        (Representation Representation, string Feature, ProbeResult[] Results)[] results,
        (string Name, FeatureSet Codes)[] codes,
        TrainingResult? training)
    {
        if (training is not null)
        {
            yield return ("training", Text($"{training.StepCount:N0} steps, {training.Elapsed.TotalSeconds:F0} s"));
        }

        foreach (Representation representation in representations)
        {
            if (Best(results, representation) is { } best)
            {
                yield return ($"{representation.Name}: best probe, {best.Result.Probe} on {best.Feature}", Text($"{100 * best.Result.Mean:F1} %"));
            }
        }

        foreach ((string name, FeatureSet set) in codes.Where(c => c.Codes.Count > 1))
        {
            RepresentationStatistics statistics = RepresentationStatistics.Of(set);
            yield return ($"{name}: effective rank of the codes", Text($"{statistics.EffectiveRank:F1} of {statistics.UnitCount}"));
        }
    }

    private IEnumerable<PictureGroup> Groups((string Feature, ProbeResult Result)? best, (string Name, FeatureSet Codes)[] codes, IReadOnlyList<string>? classNames)
    {
        if (best is { Result: var result })
        {
            var matrix = new ConfusionMatrix(result.Confusion, classNames is not null && classNames.Count == result.ClassCount ? classNames : null);
            yield return new PictureGroup(
                "Which classes are taken for which",
                "Each row is a class of the test examples and says what the best probe took them for: blue is right, red is wrong, the darker the more of the row.",
                [Pictures.Confusion(matrix, Text($"{result.Probe} probe on {best.Value.Feature}, last repeat: {100 * matrix.Accuracy:F1} % right"))]);
        }

        yield return new PictureGroup(
            "How the codes are spread",
            $"The line is the density over all units, the band holds four of five units, the dashed line is the {Prior.Name} prior. Each picture has its own scale.",
            [.. codes.Select(c => Pictures.Codes(c.Codes, Prior, c.Name))]);
    }

    private void Check(IReadOnlyList<Representation> representations, IBatchSource? examples)
    {
        ArgumentNullException.ThrowIfNull(representations);
        if (representations.Count == 0)
        {
            throw new ArgumentException("Expected at least one representation, got none.", nameof(representations));
        }

        foreach (Representation representation in representations)
        {
            foreach (string name in Features.Append(Code).Distinct())
            {
                if (!representation.Test.ContainsKey(name) || (Features.Contains(name) && Probes.Count > 0 && !representation.Train.ContainsKey(name)))
                {
                    throw new ArgumentException($"Expected the feature \"{name}\" of \"{representation.Name}\", got {string.Join(", ", representation.Test.Keys)} of test examples and {string.Join(", ", representation.Train.Keys)} of training examples.", nameof(representations));
                }
            }

            if (examples is not null && examples.Count != representation.Test[Code].Count)
            {
                throw new ArgumentException($"Expected an example for each of {representation.Test[Code].Count} rows of \"{representation.Name}\", got {examples.Count}.", nameof(examples));
            }
        }
    }
}
