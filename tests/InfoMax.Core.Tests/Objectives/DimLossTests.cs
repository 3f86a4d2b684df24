using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class DimLossTests
{
    [Fact]
    public void Total_OfWeightedObjectives_IsTheirWeightedSumAndTheAdversary()
    {
        using var scope = NewDisposeScope();
        using var loss = new DimLoss(
            new GlobalInfoMax(12, 4, new DonskerVaradhanEstimator(), seed: 1) { Weight = 0.5 },
            new LocalInfoMax(3, 4, new JensenShannonEstimator(), units: 8, seed: 2) { Weight = 2 },
            new PriorMatching(4, Prior.Uniform, weight: 0.25, seed: 3) { GradientPenaltyWeight = 0 });
        using DimLossResult result = loss.call(Output(6));
        IReadOnlyDictionary<string, double> m = result.ReadMetrics();
        m.Keys.Should().BeEquivalentTo(
            "global.loss", "global.nats", "local.loss", "prior.loss", "prior.discriminator", "prior.accuracy", "total");
        m["total"].Should().BeApproximately(
            (0.5 * m["global.loss"]) + (2 * m["local.loss"]) + (0.25 * m["prior.loss"]) + m["prior.discriminator"], 1e-5);
        result.Total.backward();
        loss.parameters().All(p => p.grad is not null).Should().BeTrue();
    }

    [Fact]
    public void Objectives_OnIdenticalExamples_HaveTheirClosedForms()
    {
        using var scope = NewDisposeScope();
        Tensor map = rand(1, 3, 2, 2).expand(5, 3, 2, 2), code = rand(1, 4).expand(5, 4);
        using var output = new EncoderOutput(new LocalFeatureMap(map), code);
        using var local = new LocalInfoMax(3, 4, new DonskerVaradhanEstimator(), units: 8, seed: 2);
        using var global = new GlobalInfoMax(12, 4, new InfoNceEstimator(), seed: 1);
        local.eval();
        // Every map and code is the same: a global critic cannot tell positives from negatives.
        global.call(output).Loss.item<float>().Should().BeApproximately(MathF.Log(5), 1e-5f);
        // A local one sees equal sets of scores on both sides, and by Jensen's inequality reads at most 0.
        local.call(output).Loss.item<float>().Should().BeGreaterThanOrEqualTo(-1e-5f);
    }

    [Fact]
    public void Loss_OfSampledLocations_IsUnbiasedForAMeanOfLocations()
    {
        using var scope = NewDisposeScope();
        EncoderOutput output = Output(6, spatial: 6);
        using var all = new LocalInfoMax(3, 4, new JensenShannonEstimator(), units: 8, seed: 2);
        using var some = new LocalInfoMax(3, 4, new JensenShannonEstimator(), units: 8, seed: 2) { LocationSamples = 9 };
        all.eval();
        some.eval();
        using var noGrad = no_grad();
        double[] values = [.. Enumerable.Range(0, 300).Select(_ => (double)some.call(output).Loss.item<float>())];
        double mean = values.Average(), error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / 299 / 300);
        mean.Should().BeApproximately(all.call(output).Loss.item<float>(), 4.5 * error);
        error.Should().BeLessThan(0.05);
    }

    [Fact]
    public void Parameters_SavedNames_AreStable()
    {
        using var loss = new DimLoss(
            new LocalInfoMax(3, 4, new InfoNceEstimator(), units: 8),
            new LocalInfoMax(3, 4, new InfoNceEstimator(), units: 8),
            new PriorMatching(4, Prior.Uniform));
        loss.named_parameters().Select(p => p.name).Should().Contain(
            ["local.critic.global.hidden.weight", "local_2.critic.local.shortcut.weight", "prior.discriminator.first.weight",
                "prior.discriminator.output.bias"]);
        loss.Objectives.Keys.Should().Equal("local", "local_2", "prior");
    }

    [Fact]
    public void Call_WrongArguments_SaysWhatWasExpected()
    {
        using var scope = NewDisposeScope();
        using var loss = new DimLoss(new LocalInfoMax(3, 4, new InfoNceEstimator(), units: 8));
        Expect.ArgumentFault(() => loss.call(Output(1)), "globals", "at least 2 examples");
        Expect.ArgumentFault(() => _ = new DimLoss(), "objectives", "at least one objective");
        Expect.ArgumentFault(() => _ = new EncoderOutput(new LocalFeatureMap(rand(3, 2, 2)), rand(4, 4)), "global", "[3, D]");
        Expect.ArgumentFault(() =>
            _ = new EncoderOutput(new LocalFeatureMap(rand(3, 2, 2)), rand([3, 4], ScalarType.Float64)), "global", "dtype");
        Expect.ArgumentFault(
            () => _ = new EncoderOutput(new LocalFeatureMap(rand(3, 2, 2)), rand(3, 4),
                new Dictionary<string, Tensor> { ["fc"] = rand(2, 2) }), "features", "\"fc\"");
        using var bad = new EncoderOutput(new LocalFeatureMap(rand(3, 3, 2)), full([3, 4], double.NaN));
        Expect.ArgumentFault(() => loss.call(bad), "globals", "finite");
        FluentActions.Invoking(() => new LocalInfoMax(3, 4, new InfoNceEstimator()) { LocationSamples = 0 }).Should()
            .Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Steps_Fifty_LeakNoTensor()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using var loss = new DimLoss(
            new GlobalInfoMax(new GlobalConcatCritic(128 * 49, 8, 32), new InfoNceEstimator()) { Weight = 0.5 },
            new LocalInfoMax(128, 8, new InfoNceEstimator(), units: 8) { LocationSamples = 4 },
            new PriorMatching(8, Prior.Uniform));
        using optim.Optimizer optimizer = optim.Adam([.. encoder.parameters(), .. loss.parameters()], 1e-4);
        using Tensor images = rand(4, 1, 28, 28);
        LiveTensors.ShouldNotGrow(50, () =>
        {
            using var scope = NewDisposeScope();
            DimLossResult result = loss.call(encoder.call(images));
            optimizer.zero_grad();
            result.Total.backward();
            optimizer.step();
            _ = result.ReadMetrics();
        });
    }

    private static EncoderOutput Output(int n, int spatial = 2) =>
        new(new LocalFeatureMap(rand(n, 3, spatial, spatial)), randn(n, 4).requires_grad_(true));
}
