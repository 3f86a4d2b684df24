using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Geometry;
using InfoMax.Foundation;

namespace InfoMax.Reports;

/// <summary>
/// What a representation has to beat: image statistics, raw inputs, their principal components, and the encoder without training.
/// </summary>
internal sealed class ReportBaselines : IDisposable
{
    /// <summary>More numbers than these in a matrix of raw inputs are left out: 1 GiB in float32.</summary>
    private const long MaxNumbers = 1L << 28;

    /// <summary>Raw inputs of more numbers than these are neither probed nor decomposed: a probe would take hours.</summary>
    private const long MaxInputSize = 4096;

    private readonly List<Representation> _found = [];
    private readonly List<FeatureSet> _owned = [];

    /// <summary>The baselines that could be made. Each has one feature, or those of the encoder.</summary>
    public IReadOnlyList<Representation> Found => _found;

    /// <summary>The baselines that were left out, and why.</summary>
    public List<(string Label, string Value)> Missing { get; } = [];

    public static ReportBaselines Of(
        Encoder encoder,
        LabeledData train,
        LabeledData test,
        IReadOnlyList<string> features,
        int codeSize,
        int seed,
        CancellationToken cancellationToken)
    {
        var baselines = new ReportBaselines();
        try
        {
            baselines.Statistics(train, test, cancellationToken);
            baselines.Raw(train, test, codeSize, cancellationToken);
            baselines.Untrained(encoder, train, test, features, seed, cancellationToken);
            return baselines;
        }
        catch
        {
            baselines.Dispose();
            throw;
        }
    }

    public void Dispose() => _owned.ForEach(set => set.Dispose());

    private void Statistics(LabeledData train, LabeledData test, CancellationToken cancellationToken)
    {
        if (ImageStatistics.Fit(train.Inputs))
        {
            Add("image statistics", ImageStatistics.Of(train, cancellationToken), ImageStatistics.Of(test, cancellationToken));
        }
    }

    private void Raw(LabeledData train, LabeledData test, int codeSize, CancellationToken cancellationToken)
    {
        long size = train.Inputs.ExampleShape.Aggregate(1L, (product, length) => product * length);
        if (size > MaxInputSize || size * Math.Max(train.Count, test.Count) > MaxNumbers)
        {
            Missing.Add(("raw inputs and their principal components", $"not probed: {size:N0} numbers in an example are too many"));
            return;
        }

        FeatureSet raw = FeatureSet.FromInputs(train), rawTest = FeatureSet.FromInputs(test);
        Add(train.Inputs.ExampleShape.Count == 3 ? "raw pixels" : "raw inputs", raw, rawTest);
        int components = (int)Math.Min(Math.Min(codeSize, size), train.Count - 1);
        if (components >= 1 && components < size)
        {
            var fit = PrincipalComponents.Fit(raw, components, cancellationToken);
            Add($"{components} principal components", fit.Transform(raw), fit.Transform(rawTest));
        }
    }

    /// <summary>Features of the encoder with weights drawn anew; its own weights and statistics are put back.</summary>
    private void Untrained(
        Encoder encoder, LabeledData train, LabeledData test, IReadOnlyList<string> features, int seed, CancellationToken cancellationToken)
    {
        using TensorCopies own = TensorCopies.OfState(encoder);
        try
        {
            UntrainedWeights.Draw(encoder, seed);
            var extractor = new FeatureExtractor();
            FeatureCollection before = extractor.ExtractAll(encoder, train, features, cancellationToken);
            _owned.AddRange(before.Values);
            FeatureCollection beforeTest = extractor.ExtractAll(encoder, test, features, cancellationToken);
            _owned.AddRange(beforeTest.Values);
            _found.Add(new Representation("untrained", before, beforeTest));
        }
        finally
        {
            own.Restore();
        }
    }

    private void Add(string name, FeatureSet train, FeatureSet test)
    {
        _owned.AddRange([train, test]);
        _found.Add(new Representation(name, Named(train), Named(test)));
    }

    private static Dictionary<string, FeatureSet> Named(FeatureSet set) => new() { [set.Name] = set };
}
