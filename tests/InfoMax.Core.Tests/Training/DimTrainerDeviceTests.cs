using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class DimTrainerDeviceTests
{
    [Fact]
    public void Tensors_OfAnotherDevice_AreRefusedWithBothDevices()
    {
        // The device "meta" has shapes and no numbers: as good as a GPU for what is asked here.
        using var scope = NewDisposeScope();
        using Encoder encoder = ToyTraining.Encoder();
        Tensor batch = ToyTraining.Data();
        Expect.ArgumentFault(() => encoder.call(batch.to(META)), "input", "cpu", "meta");
        EncoderOutput output = encoder.call(batch), elsewhere = OnMeta(output);
        foreach (Objective objective in Objectives())
        {
            using (objective)
            {
                Expect.ArgumentFault(() => objective.call(elsewhere), "output", "on cpu", objective.TermName, "device meta");
            }
        }

        foreach (MIEstimator estimator in new MIEstimator[]
            { new TubaEstimator(), new TubaEstimator(Baseline.OfGlobal(4)), new FloEstimator(4, 4) })
        {
            Expect.ArgumentFault(() =>
                estimator.Objective(ScoreMatrix.Dense(randn([3, 1, 3, 2]).to(META), randn([3, 1, 4]).to(META), randn([3, 2, 4]).to(META))),
                    "scores", "on cpu", "on meta", "State");
        }

        using var critic = new SeparableCritic(6, 5, 8);
        FluentActions.Invoking(() => critic.call(output.Local, elsewhere.Global)).Should().Throw<ArgumentException>().WithMessage("*meta*");
        FluentActions.Invoking(() => output.WithLabels(zeros(ToyTraining.Examples, ScalarType.Int64, META))).Should()
            .Throw<ArgumentException>().WithMessage("*on cpu*meta*");
        FluentActions.Invoking(() => new EncoderOutput(output.Local, elsewhere.Global)).Should()
            .Throw<ArgumentException>().WithMessage("*cpu*meta*");
    }

    [CudaFact]
    [Trait("needs", "CUDA")]
    public void Fit_OnCuda_LowersTheLossAndResumesOnTheCpu()
    {
        string folder = Directory.CreateTempSubdirectory("infomax").FullName;
        try
        {
            using Tensor data = ToyTraining.Data();
            using (Encoder encoder = ToyTraining.Encoder())
            using (DimTrainer trainer = ToyTraining.Trainer(encoder, data, 10).Device(Gpu.Device).Prefetch().Checkpoints(folder))
            {
                TrainingResult result = trainer.Fit();
                result.Epochs[^1].Metrics["local.loss"].Should().BeLessThan(result.Epochs[0].Metrics["local.loss"]);
                encoder.parameters().Should().OnlyContain(p => p.device_type == Gpu.Type);
            }

            using Encoder second = ToyTraining.Encoder();
            using DimTrainer onCpu = ToyTraining.Trainer(second, data, 12).Resume(folder);
            onCpu.Fit().StepCount.Should().Be(12L * ToyTraining.StepsPerEpoch);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Objective[] Objectives() =>
    [
        new LocalInfoMax(6, 5, new InfoNceEstimator(), units: 8, seed: 1),
        new LocalInfoMax(new ConcatCritic(6, 5, 8, seed: 1), new JensenShannonEstimator(), seed: 1),
        new GlobalInfoMax(6 * 16, 5, new DonskerVaradhanEstimator(), seed: 1),
        new PriorMatching(5, Prior.Uniform, seed: 1),
        new CoordinatePrediction(6, 5, [4, 4], relative: true, hiddenUnits: 8, seed: 1),
        new CoordinatePrediction(6, 5, [4, 4], hiddenUnits: 8, seed: 1),
    ];

    private static EncoderOutput OnMeta(EncoderOutput output) => On(output, META);

    private static EncoderOutput On(EncoderOutput output, Device device) =>
        new(new LocalFeatureMap(output.Local.Values.detach().to(device)), output.Global.detach().to(device));
}
