using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Tests.Support;
using InfoMax.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class LargeBatchTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(12)]
    public void Backward_InParts_IsTheGradientOfTheWholeBatch(int parts)
    {
        using var scope = NewDisposeScope();
        using Encoder encoder = Unoccluded(norm: false);
        encoder.to(ScalarType.Float64);
        Dictionary<string, Tensor> whole = Gradients(encoder, 1), inParts = Gradients(encoder, parts);
        whole.Should().HaveCountGreaterThan(6);
        // Of all, not of each: InfoNCE has no gradient for a shift of all scores; the gradient of the critic's last bias is rounding.
        double scale = whole.Values.Max(gradient => gradient.abs().max().item<double>());
        scale.Should().BePositive();
        foreach ((string name, Tensor gradient) in whole)
        {
            (inParts[name] - gradient).abs().max().item<double>().Should().BeLessThan(1e-13 * scale, name);
        }
    }

    [Fact]
    public void Backward_WithDropoutAndOcclusion_DrawsTheSameInBothPasses()
    {
        using var scope = NewDisposeScope();
        // The directional derivative of the loss as a function of the weights, by differences, with the same draws each time.
        using Encoder encoder = ToyTraining.Encoder(norm: false, dropout: 0.5);
        encoder.to(ScalarType.Float64);
        encoder.train();
        Tensor batch = ToyTraining.Data().narrow(0, 0, 12).to(ScalarType.Float64);
        using var loss = new DimLoss(new LocalInfoMax(6, 5, new InfoNceEstimator(), units: 8, seed: 1));
        loss.to(ScalarType.Float64);
        Tensor global = random.get_rng_state();
        Dictionary<string, IReadOnlyDictionary<string, Tensor>> states = Sources(encoder)
            .ToDictionary(s => s.Name, s => s.Source.GetExtraState());
        double Value(bool backward)
        {
            random.set_rng_state(global);
            foreach ((string name, InfoMax.Randomness.RandomSource source) in Sources(encoder))
            {
                source.SetExtraState(states[name]);
            }

            using LargeBatch large = LargeBatch.Encode(encoder, batch, 3);
            Tensor total = loss.call(large.Output).Total;
            if (backward)
            {
                large.Backward(total);
            }

            return total.item<double>();
        }

        Value(backward: true);
        Tensor weight = encoder.parameters().First(), direction = randn(weight.shape, ScalarType.Float64);
        double slope = (weight.grad! * direction).sum().item<double>();
        const double step = 1e-6;
        using (no_grad())
        {
            weight.add_(direction, step);
            double above = Value(backward: false);
            weight.add_(direction, -2 * step);
            ((above - Value(backward: false)) / (2 * step)).Should().BeApproximately(slope, 1e-6 * Math.Abs(slope) + 1e-8);
        }
    }

    [Fact]
    public void Encode_CountsEachPartOnceInTheRunningStatistics()
    {
        using var scope = NewDisposeScope();
        using Encoder parts = Unoccluded(norm: true), plain = Unoccluded(norm: true);
        Tensor batch = ToyTraining.Data().narrow(0, 0, 12);
        using (LargeBatch large = LargeBatch.Encode(parts, batch, 3))
        {
            large.Backward(large.Output.Global.sum());
        }

        foreach (Tensor part in batch.chunk(3))
        {
            plain.call(part);
        }

        foreach ((string name, Tensor buffer) in plain.named_buffers())
        {
            (parts.get_buffer(name)!.to(ScalarType.Float64) - buffer.to(ScalarType.Float64)).abs().max().item<double>()
                .Should().Be(0, name);
        }
    }

    [Fact]
    public void Fit_InMicroBatches_TrainsAsInOne()
    {
        using var scope = NewDisposeScope();
        Tensor data = ToyTraining.Data();
        double Loss(int parts)
        {
            using Encoder encoder = Unoccluded(norm: false);
            using DimTrainer trainer = new DimTrainer(encoder, data).Local(new InfoNceEstimator(), units: 8).Prior(Prior.Uniform)
                .BatchSize(12).Epochs(3).Seed(1).MicroBatches(parts);
            return trainer.Fit().Epochs[^1].Metrics["total"];
        }

        Loss(3).Should().BeApproximately(Loss(1), 1e-5);
        using Encoder other = Unoccluded(norm: false);
        using DimTrainer uneven = new DimTrainer(other, data).BatchSize(12).MicroBatches(5);
        FluentActions.Invoking(() => uneven.Fit()).Should().Throw<ArgumentException>().WithMessage("*micro-batches must divide the " +
            "batch size, 12; is 5*");
    }

    [Fact]
    public void Encode_LeavesNoTensorBehind()
    {
        using Encoder encoder = ToyTraining.Encoder();
        encoder.train();
        using Tensor data = ToyTraining.Data();
        LiveTensors.ShouldNotGrow(3, () =>
        {
            using var scope = NewDisposeScope();
            using LargeBatch large = LargeBatch.Encode(encoder, data, 4);
            large.Backward(large.Output.Global.square().sum());
        });
    }

    private static Encoder Unoccluded(bool norm)
    {
        using Encoder wrapped = ToyTraining.Encoder(norm: norm, dropout: 0);
        Encoder inner = ToyTraining.Bare(norm, dropout: 0);
        inner.load_state_dict(((OccludingEncoder)wrapped).Inner.state_dict());
        inner.train();
        return inner;
    }

    private static IEnumerable<(string Name, InfoMax.Randomness.RandomSource Source)> Sources(nn.Module module) =>
        module.named_modules().Where(m => m.module is InfoMax.Randomness.RandomSource)
            .Select(m => (m.name, (InfoMax.Randomness.RandomSource)m.module));

    private static Dictionary<string, Tensor> Gradients(Encoder encoder, int parts)
    {
        // The critic, the discriminator and what they draw are the same each time.
        using var loss = new DimLoss(new LocalInfoMax(6, 5, new InfoNceEstimator(), units: 8, seed: 1),
            new GlobalInfoMax(6 * 16, 5, new JensenShannonEstimator(), seed: 2), new PriorMatching(5, Prior.Uniform, seed: 3));
        loss.to(ScalarType.Float64);
        Tensor batch = ToyTraining.Data().narrow(0, 0, 24).to(ScalarType.Float64);
        encoder.zero_grad();
        if (parts == 1)
        {
            loss.call(encoder.call(batch)).Total.backward();
        }
        else
        {
            using LargeBatch large = LargeBatch.Encode(encoder, batch, parts);
            large.Backward(loss.call(large.Output).Total);
        }

        return encoder.named_parameters().Concat(loss.named_parameters()).ToDictionary(p => p.name, p => p.parameter.grad!.clone());
    }
}
