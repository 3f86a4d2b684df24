using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Probes;
using InfoMax.Information;
using InfoMax.Objectives;
using InfoMax.Optimization;
using InfoMax.Priors;
using InfoMax.Reports;
using InfoMax.Training;
using TorchSharp;

namespace InfoMax.EndToEnd.Tests;

/// <summary>The code of the README, word for word between the markers; <see cref="ReadmeTests"/> runs it and compares the texts.</summary>
internal static class Snippets
{
    public static (TrainingResult Result, ProbeResult Probe) Train(string trainFolder, string testFolder, IProgress<TrainingProgress> progress)
    {
        // snippet: train
        using ImageSet train = ImageFolder.Read(trainFolder, new ImageFolderOptions { Size = 32 });
        using ImageSet test = ImageFolder.Read(testFolder, new ImageFolderOptions { Size = 32 });

        using ConvEncoder encoder = ConvEncoder.For32x32(inputChannels: 3, globalUnits: 64, seed: 7);

        using DimTrainer trainer = new DimTrainer(encoder, train.Images)   // no labels here
            .Local(new InfoNceEstimator(), units: 512)
            .Prior(Prior.Uniform, weight: 0.1)
            .Epochs(10).BatchSize(128).Seed(7)
            .ReportTo(progress);

        TrainingResult result = trainer.Fit();

        using LabeledData labeledTrain = train.ToLabeled(), labeledTest = test.ToLabeled();
        ProbeResult probe = new LinearProbe { LabelCount = 200 }.Evaluate(encoder, labeledTrain, labeledTest, feature: "global");

        // Or all of it on one page: probes, loss curves, the codes in two dimensions and beside their prior, nearest neighbors, which classes are taken for which.
        new RepresentationReport { Title = "My images" }.Evaluate(encoder, labeledTrain, labeledTest, result).Save("report.html");
        // end of snippet
        return (result, probe);
    }

    public static TrainingResult Overnight(torch.Tensor pixels, string runFolder, int epochs, CancellationToken cancellationToken)
    {
        using var images = new InMemorySource(pixels);
        using ConvEncoder encoder = ConvEncoder.For32x32(inputChannels: 3, globalUnits: 16, seed: 7);
        // snippet: overnight
        using DimTrainer trainer = new DimTrainer(encoder, new AugmentedSource(images, new ImageAugmentation(), seed: 7))
            .Local(new InfoNceEstimator(), units: 256).Prior(Prior.Uniform)
            .Epochs(epochs).BatchSize(64).MicroBatches(2).Seed(7)   // 64 contrasted with each other, encoded 32 at a time
            .Schedule(LearningRateSchedule.Cosine().WithWarmUp(10)).ClipGradients(10).AverageWeights(0.99)
            .Prefetch(workers: 1)
            .Checkpoints(runFolder).ResumeIfAny()   // killed and started again: the same bits in the end
            .OnDivergence(DivergencePolicy.ReturnToCheckpoint());
        TrainingResult result = trainer.Fit(cancellationToken);
        // end of snippet
        return result;
    }

    public static void Embed(torch.Tensor batch, Action<int, IReadOnlyDictionary<string, double>> report)
    {
        // snippet: embed
        // Any module: this part gives the local feature map, that part the global vector from it.
        using var encoder = new EncoderAdapter(
            local: torch.nn.Sequential(torch.nn.Conv2d(3, 32, 4, stride: 2), torch.nn.ReLU()),
            global: torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(4), torch.nn.Flatten(), torch.nn.Linear(32 * 16, 64)));

        using var loss = new DimLoss(
            new LocalInfoMax(localChannels: 32, globalUnits: 64, new JensenShannonEstimator(), units: 256),
            new PriorMatching(globalUnits: 64, Prior.Uniform, weight: 0.1));

        using var optimizer = torch.optim.Adam([.. encoder.parameters(), .. loss.parameters()], 1e-3);
        for (int step = 0; step < 20; step++)
        {
            using var scope = torch.NewDisposeScope();
            DimLossResult r = loss.call(encoder.call(batch));
            optimizer.zero_grad();
            r.Total.backward();
            optimizer.step();
            report(step, r.ReadMetrics());   // "local.loss", "prior.accuracy", …
        }
        // end of snippet
    }

    public static MutualInformationEstimate Estimate(torch.Tensor x, torch.Tensor y, Action<string> show)
    {
        // snippet: estimate
        // Two tensors (or arrays) of n samples, row by row. Trains on 60 %, stops by 20 %, and reads the value from the last 20 %.
        MutualInformationEstimate mi = MutualInformation.Estimate(x, y, new NwjEstimator(), new MutualInformationOptions { Seed = 1 });
        show($"{mi.Value:F2} nats, {mi.Low:F2} to {mi.High:F2}");

        // The same critic read with another bound; and what holds whatever the truth is, tested on your samples.
        MutualInformationEstimate smile = MutualInformation.Estimate(x, y, new JensenShannonEstimator(), new MutualInformationOptions { Readout = new SmileEstimator() });
        foreach (ConsistencyCheck check in new ConsistencyChecks().Run(() => new InfoNceEstimator(), x, y))
        {
            show(check.ToString());   // independence, invariance, data processing, additivity
        }
        // end of snippet
        show(smile.ToString());
        return mi;
    }
}
