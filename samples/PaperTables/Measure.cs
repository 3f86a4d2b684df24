using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using TorchSharp;

namespace InfoMax.Samples.PaperTables;

/// <summary>A column: its name, and how its number comes about.</summary>
/// <param name="Name">Heading of the column.</param>
/// <param name="Feature">The feature that is read; a row whose encoder lacks it has no such cell.</param>
/// <param name="Of">Measures.</param>
internal sealed record Measure(string Name, string Feature, Func<Subject, Cell> Of)
{
    /// <summary>The non-linear probe of the paper.</summary>
    public static Measure Nonlinear(string name, string feature) => new(name, feature, s =>
    {
        int? labels = s.Settings.Labels;
        NonlinearProbe probe = s.Settings.Small
            ? new NonlinearProbe { LabelCount = labels, Seed = s.Seed, Device = Device(s) }
            : NonlinearProbe.Paper(labels, seed: s.Seed, device: Device(s));
        return Accuracy(probe, s, feature);
    });

    /// <summary>A linear probe, repeated with labels of another draw.</summary>
    public static Measure Linear(string name, string feature) => new(name, feature, s =>
        Accuracy(new LinearProbe { LabelCount = Math.Min(s.Settings.Labels ?? 1000, s.Train.Count), Repeats = 2, Seed = s.Seed }, s,
            feature));

    /// <summary>Five support vector machines.</summary>
    public static Measure Svm(string name, string feature) =>
        new(name, feature, s => Accuracy(new SvmProbe { LabelCount = s.Settings.Labels, Repeats = 5, Seed = s.Seed }, s, feature));

    /// <summary>The encoder fine-tuned with few labels.</summary>
    public static Measure FewLabels { get; } = new("SS", "conv", s =>
        Percent(new FineTuning { LabelCount = Math.Min(s.Settings.FewLabels, s.Train.Count), Seed = s.Seed }.Evaluate(
            s.Encoder, s.Train, s.Test, "conv", s.Cancellation)));

    /// <summary>Multi-scale structural similarity of test images and what a decoder makes of their codes.</summary>
    public static Measure Rebuilt { get; } = new("MS-SSIM", "global", s =>
    {
        int width = s.Settings.DecoderWidth;
        Reconstruction reconstruction = s.Settings.Small
            ? new Reconstruction { Width = width, Seed = s.Seed, Epochs = 10, DecayEpochs = [6, 9] }
            : Reconstruction.ReferenceCode(width, s.Seed);
        ReconstructionResult result = reconstruction.Evaluate(s.Encoder, s.Train.Inputs, s.Test.Inputs, cancellationToken: s.Cancellation);
        return new Cell(result.MultiScaleSimilarity);
    });

    /// <summary>MINE of image and code.</summary>
    public static Measure Mine { get; } = new("MINE", "global", s =>
    {
        var measure = new InputInformation { Options = new InputInformation().Options with { Seed = s.Seed, Device = Device(s) } };
        var estimate = measure.Evaluate(s.Encoder, s.Train.Inputs, cancellationToken: s.Cancellation);
        return new Cell(estimate.Value, estimate.StandardError);
    });

    /// <summary>The dependence of the code's units, as they are or through a sigmoid.</summary>
    public static Measure Dependence(string name, bool sigmoid) => new(name, "global", s =>
    {
        Prior? squash = sigmoid ? Prior.Uniform : null;
        NeuralDependencyMeasure measure = s.Settings.Small
            ? new NeuralDependencyMeasure { Squash = squash, Seed = s.Seed, Device = Device(s) }
            : NeuralDependencyMeasure.ReferenceCode(squash, s.Seed, Device(s));
        (FeatureSet train, FeatureSet test) = s.Features("global");
        DependencyResult result = measure.Evaluate(train, test, s.Cancellation);
        return new Cell(result.Value, result.Deviation);
    });

    public static Cell Percent(ProbeResult result) => new(100 * result.Mean, result.Repeats > 1 ? 100 * result.StandardDeviation : null);

    private static torch.Device Device(Subject subject) => torch.device(subject.Settings.Device);

    private static Cell Accuracy(Probe probe, Subject subject, string feature)
    {
        (FeatureSet train, FeatureSet test) = subject.Features(feature);
        return Percent(probe.Evaluate(train, test, subject.Cancellation));
    }
}
