using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Evaluation.Probes;
using InfoMax.Priors;
using InfoMax.Training;

namespace InfoMax.EndToEnd.Tests;

/// <summary>Deep InfoMax on real satellite images, small enough for every test run.</summary>
public sealed class RealTrainingTests
{
    [Fact]
    public void Fit_OnEuroSat_LearnsFeaturesFarAheadOfTheUntrainedEncoders()
    {
        using ImageSet all = ImageFolder.Read(Repository.EuroSat("train"), new ImageFolderOptions { Size = 32 });
        using ImageSet trainImages = all.Take(1500, seed: 1);
        using ImageSet testImages = ImageFolder.Read(Repository.EuroSat("test"),
            new ImageFolderOptions { Size = 32, ClassNames = all.ClassNames });
        using LabeledData train = trainImages.ToLabeled(), test = testImages.ToLabeled();
        using ConvEncoder encoder = ConvEncoder.For32x32(seed: 1);
        var probe = new LinearProbe { LabelCount = 500, Seed = 1, C = 0.01 };
        double Accuracy(string feature) => probe.Evaluate(encoder, train, test, feature).Mean;

        (double conv, double code) = (Accuracy("conv"), Accuracy("global"));
        using DimTrainer trainer = new DimTrainer(encoder, trainImages.Images)
            .Local(new InfoNceEstimator(), units: 128, locations: 16)
            .Prior(Prior.Uniform, weight: 0.1)
            .LearningRate(5e-4).Epochs(10).Seed(1);
        TrainingResult result = trainer.Fit();

        result.Epochs[^1].Metrics["local.loss"].Should().BeLessThan(result.Epochs[0].Metrics["local.loss"] - 1);
        Accuracy("conv").Should().BeGreaterThan(conv + 0.05);
        Accuracy("global").Should().BeGreaterThan(code + 0.12);
    }
}
