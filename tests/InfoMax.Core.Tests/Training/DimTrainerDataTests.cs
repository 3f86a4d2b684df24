using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Priors;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Training;

public sealed class DimTrainerDataTests
{
    [Fact]
    public void Fit_SourceThatTurnsBad_ThrowsWithTheTermAndTheStep()
    {
        using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
        using DimTrainer trainer = new DimTrainer(encoder, new BadSource(badAfter: 3)).BatchSize(8).Epochs(5)
            .Add((shape, seed) => new InfoMax.Objectives.PriorMatching(shape.GlobalUnits, Prior.Uniform, 1, seed));
        TrainingDivergedException exception = FluentActions.Invoking(() => trainer.Fit()).Should().Throw<TrainingDivergedException>().Which;
        exception.Step.Should().Be(3);
        exception.Term.Should().StartWith("prior.");
        encoder.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>(), "the bad step was not applied");
        encoder.training.Should().BeFalse();
    }

    [Theory]
    [InlineData("rows", 0)]
    [InlineData("rows", 3)]
    [InlineData("shape", 3)]
    [InlineData("dtype", 3)]
    [InlineData("null", 3)]
    public void Fit_SourceThatReturnsSomethingElse_SaysWhatWasExpected(string kind, int after)
    {
        foreach (int workers in new[] { 0, 1 })
        {
            using ConvEncoder encoder = ConvEncoder.For28x28(globalUnits: 8, seed: 1);
            using DimTrainer trainer = new DimTrainer(encoder, new OddSource(kind, after)).Local(new InfoNceEstimator(), units: 8)
                .BatchSize(8).Epochs(5).Prefetch(workers);
            FluentActions.Invoking(() => trainer.Fit()).Should().Throw<InvalidOperationException>().WithMessage("Expected OddSource to " +
                "give*got *");
        }
    }

    private sealed class BadSource(int badAfter) : IBatchSource
    {
        private int _batches;

        public int Count => 32;

        public IReadOnlyList<long> ExampleShape => [1, 28, 28];

        public Tensor GetBatch(ReadOnlySpan<int> indices) => _batches++ < badAfter
            ? rand(indices.Length, 1, 28, 28)
            : full([indices.Length, 1, 28, 28], float.NaN);
    }

    private sealed class OddSource(string kind, int after) : IBatchSource
    {
        private int _batches;

        public int Count => 32;

        public IReadOnlyList<long> ExampleShape => [1, 28, 28];

        public Tensor GetBatch(ReadOnlySpan<int> indices) => (_batches++ < after ? "good" : kind) switch
        {
            "rows" => rand(2 * indices.Length, 1, 28, 28),
            "shape" => rand(indices.Length, 1, 28, 27),
            "dtype" => zeros([indices.Length, 1, 28, 28], ScalarType.Int32),
            "null" => null!,
            _ => rand(indices.Length, 1, 28, 28),
        };
    }
}
