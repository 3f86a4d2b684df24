using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Priors;
using InfoMax.QuickStart;
using InfoMax.Training;
using InfoMax.Training.Memory;
using Spectre.Console;

var screen = new Screen(AnsiConsole.Console);
return CommandLine.Create((options, cancellationToken) => screen.Guard(() => Learn(options, screen, cancellationToken))).Parse(args)
    .Invoke();

// Learns from images without labels, then shows what the encoder has learned.
static int Learn(QuickStartOptions options, Screen screen, CancellationToken cancellationToken)
{
    // On Linux, training on the CPU is faster if freed memory is kept.
    NativeMemory.KeepFreedPages();
    var stages = new Stages();

    using SampleData data = screen.Read(options, cancellationToken);
    using InMemorySource images = data.Train.ToSource();
    using ConvEncoder encoder = Networks.For(data.Train, options.Seed);
    stages.Done("reading");

    using SampleFeatures before = SampleFeatures.Of(encoder, data, cancellationToken);

    // The paper has 2048 units and all 64 locations; they would take nine tenths of a step.
    using DimTrainer trainer = new DimTrainer(encoder, images)
        .Local(new InfoNceEstimator(), units: 256, locations: 16)
        .Prior(Prior.Uniform, weight: 0.1)
        .LearningRate(1e-3)
        .Epochs(options.EpochsFor(data.Train.Count))
        .BatchSize(64)
        .Seed(options.Seed);
    TrainingResult training = screen.Train(progress => trainer.ReportTo(progress).Fit(cancellationToken));
    if (training.StopReason == StopReason.Canceled)
    {
        return Screen.Stopped;
    }

    screen.Learned(training, data.Train.Count);
    stages.Done("learning without labels");

    using SampleFeatures after = SampleFeatures.Of(encoder, data, cancellationToken);
    ProbeTable? table = data.Test is null
        ? null
        : screen.Probe(new Comparison(options, data, seed => Networks.For(data.Train, seed)), before, after, cancellationToken);
    stages.Done("probes and comparison");

    screen.Report(new ReportBuilder(options, data, table).Write(training, before, after, stages, cancellationToken), stages.Total);
    return 0;
}
