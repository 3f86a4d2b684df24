using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class BatchGuardTests
{
    [Theory]
    [InlineData("two rows for each", "*Wrong*3 examples*[3, 4]*[6, 4]*")]
    [InlineData("one row less", "*[3, 4]*[2, 4]*")]
    [InlineData("another shape", "*[3, 4]*[3, 2, 2]*")]
    [InlineData("bool", "*floating-point*Bool*")]
    [InlineData("null", "*got null*")]
    [InlineData("disposed", "*disposed*")]
    public void Fetch_FromASourceThatGivesSomethingElse_NamesBoth(string fault, string message)
    {
        using var scope = NewDisposeScope();
        var source = new Wrong(fault);
        int[] indices = [2, 0, 1];
        FluentActions.Invoking(() => BatchGuard.Fetch(source, indices)).Should().Throw<InvalidOperationException>().WithMessage(message);
        FluentActions.Invoking(() => new AugmentedSource(source, Augmentation.Custom((batch, _) => batch), 1).GetBatch(indices, 0))
            .Should().Throw<InvalidOperationException>().WithMessage(message);
        FluentActions.Invoking(
            () => new PairedSource(source, source).GetBatch(indices)).Should().Throw<InvalidOperationException>().WithMessage(message);
    }

    [Fact]
    public void Fit_OnASourceThatGivesTwoRowsForEachExample_FailsBeforeTheFirstStep()
    {
        using ToyEncoder encoder = new();
        using DimTrainer trainer = new DimTrainer(encoder, new Wrong("two rows for each")).Local(
            new InfoMax.Estimators.InfoNceEstimator()).BatchSize(3).Epochs(1);
        trainer.Invoking(t => t.Fit()).Should().Throw<InvalidOperationException>().WithMessage("*[3, 4]*[6, 4]*");
    }

    private sealed class Wrong(string fault) : IBatchSource
    {
        public int Count => 9;

        public IReadOnlyList<long> ExampleShape => [4];

        public Tensor GetBatch(ReadOnlySpan<int> indices)
        {
            Tensor right = ones(indices.Length, 4);
            if (fault == "disposed")
            {
                right.Dispose();
            }

            return fault switch
            {
                // The first two examples of a run are fetched alone, to find its sizes: they may pass.
                "two rows for each" when indices.Length > 2 => cat([right, right]),
                "one row less" => right[1..],
                "another shape" => right.view(-1, 2, 2),
                "bool" => right.to(ScalarType.Bool),
                "null" => null!,
                _ => right,
            };
        }
    }

    private sealed class ToyEncoder() : Encoder(nameof(ToyEncoder))
    {
        protected override EncoderOutput Encode(Tensor input) => new(new LocalFeatureMap(input.mul(2).unsqueeze(2)), input.mul(3));
    }
}
