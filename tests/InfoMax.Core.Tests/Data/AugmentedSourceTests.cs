using InfoMax.Data;
using InfoMax.Randomness;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Data;

public sealed class AugmentedSourceTests : IDisposable
{
    private static readonly Augmentation Noise = Augmentation.Custom(
        (batch, generator) => batch + rand(batch.shape, generator: generator) * 0.01);

    private readonly InMemorySource _images;

    public AugmentedSourceTests()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        _images = new InMemorySource(rand([20, 3, 8, 8], generator: generator) * 2 - 1);
    }

    public void Dispose() => _images.Dispose();

    [Fact]
    public void GetBatch_SameDraw_GivesTheSameBitsInAnyOrder()
    {
        using var scope = NewDisposeScope();
        var first = new AugmentedSource(_images, new ImageAugmentation(), seed: 3);
        var second = new AugmentedSource(_images, new ImageAugmentation(), seed: 3);
        int[] indices = [4, 4, 17, 0];
        Tensor a = first.GetBatch(indices, 0), b = first.GetBatch(indices, 1);
        second.GetBatch(indices, 1).Equals(b).Should().BeTrue();
        second.GetBatch(indices, 0).Equals(a).Should().BeTrue();
        a.Equals(b).Should().BeFalse("another batch is augmented anew");
        a[0].Equals(a[1]).Should().BeFalse("each example is changed by itself");
        new AugmentedSource(_images, new ImageAugmentation(), seed: 4).GetBatch(indices, 0).Equals(a).Should().BeFalse();
    }

    [Fact]
    public void GetBatch_WithoutDraw_GivesTheExamplesAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var source = new AugmentedSource(_images, Noise, seed: 3);
        source.GetBatch([3, 1]).Equals(_images.GetBatch([3, 1])).Should().BeTrue();
        (source.Count, source.IsThreadSafe).Should().Be((20, true));
        source.ExampleShape.Should().Equal(3, 8, 8);
    }

    [Fact]
    public void GetBatch_AroundAnAugmentingSource_ChangesTwice()
    {
        using var scope = NewDisposeScope();
        var inner = new AugmentedSource(_images, Noise, seed: 3);
        var outer = new AugmentedSource(inner, Augmentation.Custom((batch, _) => batch * 0.5), seed: 4);
        outer.GetBatch([1, 2], 7).Equals(inner.GetBatch([1, 2], 7) * 0.5).Should().BeTrue();
    }

    [Fact]
    public void GetBatch_OfCrops_HasTheirShapeWithADrawAndWithout()
    {
        using var scope = NewDisposeScope();
        var source = new AugmentedSource(_images, Augmentation.RandomCrop(size: 6, padding: 0), seed: 3);
        source.ExampleShape.Should().Equal(3, 6, 6);
        source.GetBatch([3, 1], 0).shape.Should().Equal(2, 3, 6, 6);
        source.GetBatch([3, 1]).Equals(_images.GetBatch([3, 1])[.., .., 1..7, 1..7]).Should().BeTrue();
        LiveTensors.ShouldNotGrow(5, () => source.GetBatch([1, 2, 3]).Dispose());
        FluentActions.Invoking(() => new AugmentedSource(_images, Augmentation.RandomCrop(
            size: 9, padding: 0), seed: 3)).Should().Throw<ArgumentException>().WithMessage("*at least 9 pixels*[3, 8, 8]*");
        FluentActions.Invoking(() => new AugmentedSource(source, Augmentation.RandomCrop(
            size: 7, padding: 0), seed: 3)).Should().Throw<ArgumentException>("the inner crops are smaller");
    }

    [Fact]
    public void GetBatch_WrongArguments_AreRefused()
    {
        var source = new AugmentedSource(_images, Noise, seed: 3);
        source.Invoking(s => s.GetBatch([0], -1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("draw");
        source.Invoking(s => s.GetBatch([20], 0)).Should().Throw<ArgumentOutOfRangeException>();
        var cropping = new AugmentedSource(_images, Augmentation.Custom((batch, _) => batch.narrow(3, 0, 4)), seed: 3);
        cropping.Invoking(s => s.GetBatch([0], 0)).Should().Throw<InvalidOperationException>().WithMessage("*[1, 3, 8, 8]*[1, 3, 8, 4]*");
        var widening = new AugmentedSource(_images, Augmentation.Custom((batch, _) => batch.to(ScalarType.Float64)), seed: 3);
        widening.Invoking(s => s.GetBatch([0], 0)).Should().Throw<InvalidOperationException>().WithMessage("*dtype*Float32*Float64*");
    }

    [Fact]
    public void GetBatch_ManyTimes_LeaksNothing()
    {
        var source = new AugmentedSource(_images, new ImageAugmentation(), seed: 3);
        LiveTensors.ShouldNotGrow(5, () => source.GetBatch([1, 2, 3], 5).Dispose());
        var failing = new AugmentedSource(_images, Augmentation.Custom((batch, _) => throw new FormatException()), seed: 3);
        LiveTensors.ShouldNotGrow(5, () => failing.Invoking(s => s.GetBatch([1], 0)).Should().Throw<FormatException>());
    }

    [Fact]
    public void Generator_OfManyDraws_GivesStreamsThatDifferAndDoNotFollowOneAnother()
    {
        var seen = new HashSet<ulong>();
        foreach (int seed in new[] { 0, 1 })
        {
            foreach (long draw in Enumerable.Range(0, 5000).Select(d => (long)d).Append(1L << 32).Append(long.MaxValue))
            {
                using Generator generator = RandomStream.Of(seed, "augmentation").Generator(draw);
                seen.Add((ulong)generator.initial_seed()).Should().BeTrue("draw {0} of seed {1} has a stream of its own", draw, seed);
            }
        }

        using var scope = NewDisposeScope();
        double[] first = [.. Enumerable.Range(0, 4000).Select(d =>
        {
            using Generator generator = RandomStream.Of(5, "augmentation").Generator(d);
            using Tensor value = rand(1, generator: generator);
            return (double)value.item<float>();
        })];
        first.Average().Should().BeApproximately(0.5, 0.02);
        double variance = first.Select(v => (v - 0.5) * (v - 0.5)).Average();
        first.Zip(first.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average().Should().BeInRange(-0.07 * variance, 0.07 * variance);
    }
}
