using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Reports.Model;
using InfoMax.Training;

namespace InfoMax.Reports;

/// <summary>
/// Judges representations and puts the results into a <see cref="Report"/>: probes, the codes in two dimensions, nearest neighbors, the
/// confusion matrix of the best probe, the distribution of the codes.
/// </summary>
/// <remarks>Immutable settings. The encoder is not trained. All random draws follow from <see cref="Seed"/>.</remarks>
public sealed class RepresentationReport
{
    /// <summary>The heading of the page. Default "What was learned".</summary>
    public string Title { get; init; } = "What was learned";

    /// <summary>The command that makes the page again; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>Features to probe, as in <see cref="EncoderOutput.Features"/>. Default "global".</summary>
    public IReadOnlyList<string> Features { get; init; } = [EncoderOutput.GlobalFeature];

    /// <summary>The feature whose codes are shown; it is probed too if it is one of <see cref="Features"/>. Default "global".</summary>
    public string Code { get; init; } = EncoderOutput.GlobalFeature;

    /// <summary>The probes, a column for each. Default: a linear probe with all labels, which chooses its regularization.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [new LinearProbe()];

    /// <summary>The prior that the codes were trained to follow, drawn beside them; null (the default) draws none.</summary>
    public Prior? Prior { get; init; }

    /// <summary>
    /// Whether one encoder is judged beside baselines: image statistics (mean, deviation, range, quantiles and differences of neighboring
    /// pixels, per band), raw inputs and their principal components, and the encoder with its weights drawn anew. Default true.
    /// </summary>
    public bool Baselines { get; init; } = true;

    /// <summary>The maximum number of points in each picture of codes.</summary>
    /// <value>At least 2; default 1000.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int PointCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(PointCount));
            field = value;
        }
    } = 1000;

    /// <summary>Number of neighbors of each query; fewer where there are fewer examples.</summary>
    /// <value>At least 1; default 6.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int NeighborCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(NeighborCount));
            field = value;
        }
    } = 6;

    /// <summary>Seed of the t-SNE and of the untrained weights. Default 0; probes have seeds of their own.</summary>
    public int Seed { get; init; }

    /// <summary>Judges one encoder, by default beside <see cref="Baselines"/>.</summary>
    /// <param name="encoder">The encoder; in evaluation mode during the extraction, and unchanged afterwards.</param>
    /// <param name="train">Labeled examples to fit the probes on.</param>
    /// <param name="test">Labeled examples to test the probes on and to show.</param>
    /// <param name="training">The result of the training, for its curves; null for none.</param>
    /// <param name="cancellationToken">Checked between batches and steps.</param>
    /// <returns>The report, to be changed or saved.</returns>
    /// <exception cref="ArgumentException">The encoder gives no such feature, or as for probes.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Report Evaluate(
        Encoder encoder, LabeledData train, LabeledData test, TrainingResult? training =
            null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        string[] names = [.. Features.Append(Code).Distinct()];
        var extractor = new FeatureExtractor();
        using FeatureCollection trainFeatures = extractor.ExtractAll(encoder, train, names, cancellationToken);
        using FeatureCollection testFeatures = extractor.ExtractAll(encoder, test, names, cancellationToken);
        Representation[] trained = [new Representation("trained", trainFeatures, testFeatures)];
        if (!Baselines || Features.Count == 0 || Probes.Count == 0)
        {
            return Evaluate(trained, null, test.Inputs, test.ClassNames, training, cancellationToken);
        }

        int units = testFeatures[Code].FeatureCount;
        using var baselines = ReportBaselines.Of(encoder, train, test, [.. Features], units, Seed, cancellationToken);
        return Evaluate(trained, baselines, test.Inputs, test.ClassNames, training, cancellationToken);
    }

    /// <summary>Judges representations beside each other, such as an encoder's before and after training.</summary>
    /// <param name="representations">At least one, all of the same examples. The report shows the confusion matrix of the last.</param>
    /// <param name="examples">The test examples; nearest neighbors are shown if these are images. Null for none.</param>
    /// <param name="classNames">Names of the classes; null for numbers.</param>
    /// <param name="training">The result of the training, for its curves; null for none.</param>
    /// <param name="cancellationToken">Checked between batches and steps.</param>
    /// <returns>The report, to be changed or saved.</returns>
    /// <exception cref="ArgumentException">
    /// There is no representation, one lacks a feature or has another number of rows than there are examples, or as for probes.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Report Evaluate(
        IReadOnlyList<Representation> representations,
        IBatchSource? examples = null,
        IReadOnlyList<string>? classNames = null,
        TrainingResult? training = null,
        CancellationToken cancellationToken = default)
    {
        Check(representations, examples);
        return Evaluate(representations, null, examples, classNames, training, cancellationToken);
    }

    private Report Evaluate(
        IReadOnlyList<Representation> representations,
        ReportBaselines? baselines,
        IBatchSource? examples,
        IReadOnlyList<string>? classNames,
        TrainingResult? training,
        CancellationToken cancellationToken)
    {
        ProbeResult[] Probe(Representation of, string feature) =>
            [.. Probes.Select(p => p.Evaluate(of.Train[feature], of.Test[feature], cancellationToken))];
        Probed[] results =
        [
            .. (baselines?.Found ?? []).SelectMany(
                baseline => baseline.Train.Keys.Select(f => new Probed(baseline.Name, f, Probe(baseline, f)))),
            .. representations.SelectMany(r => Features.Select(feature => new Probed(r.Name, feature, Probe(r, feature)))),
        ];
        (string Name, FeatureSet Codes)[] codes = [.. representations.Select(r => (r.Name, r.Test[Code]))];
        List<(string Label, string Value)> missing = baselines?.Missing ?? [];
        CodeMap Components(string title, FeatureSet set) => CodeMap.Components(title, set, classNames, PointCount, cancellationToken);
        CodeMap Neighborhoods(string title, FeatureSet set) =>
            CodeMap.Neighborhoods(title, set, classNames, PointCount, seed: Seed, cancellationToken: cancellationToken);
        CodeMap[] maps =
        [
            .. codes.SelectMany(c => Draw($"{c.Name}, two principal components", title => Components(title, c.Codes), missing)),
            .. codes.SelectMany(c => Draw($"{c.Name}, t-SNE", title => Neighborhoods(title, c.Codes), missing)),
        ];
        bool images = examples is { ExampleShape: [1 or 3, > 1, > 1], Count: > 1 };
        int neighbors = examples is null ? 0 : Math.Min(NeighborCount, examples.Count - 1);
        return new Report
        {
            Title = Title,
            Command = Command,
            Subtitle = Text($"{codes[0].Codes.Count:N0} test examples, codes of {codes[0].Codes.FeatureCount} numbers."),
            Facts = [.. ReportParts.Facts(results, codes, training), .. missing],
            Table = results.Length == 0 || Probes.Count == 0 ? null : ReportParts.Table(results),
            Curves = ReportParts.Curves(training),
            Maps = maps,
            Neighbors = images
                ? NeighborTable.Of(examples!, codes, count: neighbors, classNames: classNames, cancellationToken: cancellationToken)
                : null,
            Pictures = [.. ReportParts.Pictures(Probed.Best(results, representations[^1].Name), codes, classNames, Prior)],
        };
    }

    /// <summary>The settings in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        $"{Title}: {string.Join(", ", Features)} by {string.Join(", ", Probes.Select(probe => probe.Name))}, pictures of {Code}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// A picture of codes; none, and why, where they have no place in a plane: codes that are all equal, or of one number.
    /// </summary>
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
                bool probed = Features.Contains(name) && Probes.Count > 0;
                if (!representation.Test.ContainsKey(name) || (probed && !representation.Train.ContainsKey(name)))
                {
                    throw new ArgumentException(
                        $"Expected the feature \"{name}\" of \"{representation.Name}\", got {string.Join(", ", representation.Test.Keys)} "
                        + $"of test examples and {string.Join(", ", representation.Train.Keys)} of training examples.",
                        nameof(representations));
                }
            }

            if (examples is not null && examples.Count != representation.Test[Code].Count)
            {
                throw new ArgumentException(
                    $"Expected an example for each of {representation.Test[Code].Count} rows of \"{representation.Name}\", got "
                    + $"{examples.Count}.",
                    nameof(examples));
            }
        }
    }
}
