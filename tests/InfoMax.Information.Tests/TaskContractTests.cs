using InfoMax.Information.Tasks;
using InfoMax.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Information.Tests;

/// <summary>What every task promises, whoever wrote it.</summary>
public sealed class TaskContractTests
{
    [Fact]
    public void Sample_EveryTaskOfTheSuite_GivesFinitePairsOfItsDimensionsTheSameForASeed()
    {
        foreach (MutualInformationTask task in BeyondNormal.CreateTasks().Append(CubicTask()))
        {
            using SamplePairs pairs = task.Draw(50);
            pairs.Count.Should().Be(50);
            pairs.X.shape.Should().Equal(50, task.XDimensions);
            pairs.Y.shape.Should().Equal(50, task.YDimensions);
            using SamplePairs again = task.Draw(50);
            using SamplePairs other = task.Draw(50, seed: 8);
            foreach ((Tensor first, Tensor second, Tensor different) in new[] { (pairs.X, again.X, other.X), (pairs.Y, again.Y, other.Y) })
            {
                first.dtype.Should().Be(ScalarType.Float32);
                first.device_type.Should().Be(DeviceType.CPU);
                using Tensor finite = first.isfinite().all();
                finite.item<bool>().Should().BeTrue(task.Name);
                Samples.Same(first, second).Should().BeTrue(task.Name);
                Samples.Same(first, different).Should().BeFalse(task.Name);
            }
        }
    }

    [Fact]
    public void Sample_TwiceFromOneGenerator_GivesOtherPairs()
    {
        using var generator = new Generator(1);
        using SamplePairs first = new StudentTTask(1, 2, 3).Sample(20, generator);
        using SamplePairs second = new StudentTTask(1, 2, 3).Sample(20, generator);
        Samples.Same(first.X, second.X).Should().BeFalse();
    }

    [Fact]
    public void Sample_EveryTask_LeavesTheGlobalGeneratorAlone()
    {
        IReadOnlyList<MutualInformationTask> tasks = BeyondNormal.CreateTasks();
        using Tensor before = get_rng_state();
        foreach (MutualInformationTask task in tasks)
        {
            task.Draw(10).Dispose();
        }

        using Tensor after = get_rng_state();
        Samples.Same(after, before).Should().BeTrue();
    }

    [Fact]
    public void Sample_Repeated_LeaksNothingAlsoInADisposeScope()
    {
        IReadOnlyList<MutualInformationTask> tasks = BeyondNormal.CreateTasks();
        LiveTensors.ShouldNotGrow(2, () =>
        {
            foreach (MutualInformationTask task in tasks)
            {
                task.Draw(10).Dispose();
            }
        });
        SamplePairs kept;
        using (NewDisposeScope())
        {
            kept = tasks[0].Draw(10);
        }

        kept.X.IsInvalid.Should().BeFalse("the pairs own their tensors");
        kept.Dispose();
        kept.X.IsInvalid.Should().BeTrue();
        kept.Y.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void Sample_OnePair_Works()
    {
        foreach (MutualInformationTask task in BeyondNormal.CreateTasks())
        {
            using SamplePairs pair = task.Draw(1);
            pair.Count.Should().Be(1);
        }
    }

    [Fact]
    public void Sample_BadArguments_Throws()
    {
        using var generator = new Generator(1);
        var task = new CorrelatedGaussianTask(1, 0.5);
        Expect.ArgumentFault(() => task.Sample(0, generator), "count");
        Expect.ArgumentFault(() => task.Sample(1, null!), "generator");
    }

    [Fact]
    public void Constructors_BadArguments_SaysWhatWasExpected()
    {
        var task = new CorrelatedGaussianTask(2, 0.5);
        Expect.ArgumentFault(() => _ = new CorrelatedGaussianTask(0, 0.5), "xDimensions");
        Expect.ArgumentFault(() => _ = new CorrelatedGaussianTask(1, 1), "correlation", "-1 and 1");
        Expect.ArgumentFault(() => _ = new CorrelatedGaussianTask(1, double.NaN), "correlation");
        Expect.ArgumentFault(() => CorrelatedGaussianTask.ForInformation(1, -1), "nats");
        Expect.ArgumentFault(() => CorrelatedGaussianTask.ForInformation(2, 36), "nats", "36");
        Expect.ArgumentFault(() => _ = new MultivariateNormalTask(null!, 1), "covariance");
        Expect.ArgumentFault(() => _ = new MultivariateNormalTask(new double[2, 3], 1), "covariance", "square", "3 columns");
        Expect.ArgumentFault(
            () => _ = new MultivariateNormalTask(new double[,] { { 1, 0.5 }, { 0.4, 1 } }, 1), "covariance", "symmetric", "0.4");
        Expect.ArgumentFault(
            () => _ = new MultivariateNormalTask(new double[,] { { 1, 1 }, { 1, 1 } }, 1), "covariance", "positive definite");
        Expect.ArgumentFault(
            () => _ = new MultivariateNormalTask(new double[,] { { 1, 0 }, { 0, double.NaN } }, 1), "covariance", "finite");
        Expect.ArgumentFault(() => _ = new MultivariateNormalTask(new double[,] { { 1, 0 }, { 0, 1 } }, 2), "xDimensions");
        Expect.ArgumentFault(() => MultivariateNormalTask.Dense(2, 2, -0.4), "offDiagonal", "-1/3");
        Expect.ArgumentFault(() => MultivariateNormalTask.TwoPairs(1, 2), "xDimensions");
        Expect.ArgumentFault(() => MultivariateNormalTask.TwoPairs(2, 2, 1), "correlation");
        Expect.ArgumentFault(() => _ = new AdditiveUniformNoiseTask(0), "epsilon", "positive");
        Expect.ArgumentFault(() => _ = new StudentTTask(1, 0, 1), "yDimensions");
        Expect.ArgumentFault(() => _ = new StudentTTask(1, 1, 0.4), "degreesOfFreedom", "0.5");
        Expect.ArgumentFault(() => _ = new TransformedTask(null!, new CubicMap(), new CubicMap(), "name"), "task");
        Expect.ArgumentFault(() => _ = new TransformedTask(task, null!, new CubicMap(), "name"), "x");
        Expect.ArgumentFault(() => _ = new TransformedTask(task, new CubicMap(), null!, "name"), "y");
        Expect.ArgumentFault(() => _ = new TransformedTask(task, new CubicMap(), new SwissRollMap(), "name"), "y", "2 dimensions");
        Expect.ArgumentFault(() => _ = new TransformedTask(task, new CubicMap(), new CubicMap(), "Not a name"), "name", "lower-case");
    }

    [Fact]
    public void SamplePairs_BadArguments_SaysWhatWasExpected()
    {
        using Tensor x = rand(4, 2);
        using Tensor fewer = rand(3, 2);
        using Tensor vector = rand(4);
        using Tensor wide = rand(4, 2, dtype: ScalarType.Float64);
        using Tensor whole = zeros(4, 2, dtype: ScalarType.Int64);
        using Tensor none = rand(0, 2);
        Tensor disposed = rand(4, 2);
        disposed.Dispose();
        Expect.ArgumentFault(() => _ = new SamplePairs(null!, x), "x");
        Expect.ArgumentFault(() => _ = new SamplePairs(x, null!), "y");
        Expect.ArgumentFault(() => _ = new SamplePairs(x, disposed), "y", "disposed");
        Expect.ArgumentFault(() => _ = new SamplePairs(x, fewer), "y", "[4, *]", "[3, 2]");
        Expect.ArgumentFault(() => _ = new SamplePairs(x, vector), "y", "[4]");
        Expect.ArgumentFault(() => _ = new SamplePairs(x, wide), "y", "Float32", "Float64");
        Expect.ArgumentFault(() => _ = new SamplePairs(whole, whole), "x", "floating-point");
        Expect.ArgumentFault(() => _ = new SamplePairs(none, none), "x", "at least one row");
        x.IsInvalid.Should().BeFalse("a pair that was refused owns nothing");
    }

    [Fact]
    public void Sample_TaskOfAUser_IsCheckedCopiedAndRounded()
    {
        using Tensor held = rand(5, 1);
        using var generator = new Generator(1);
        var task = new HeldTask(held);
        using (SamplePairs pairs = task.Sample(5, generator))
        {
            Samples.Same(pairs.X, held).Should().BeTrue();
            pairs.X.Should().NotBeSameAs(held);
        }

        held.IsInvalid.Should().BeFalse("what a task holds stays its own");
        FluentActions.Invoking(() => task.Sample(6, generator)).Should().Throw<InvalidOperationException>()
            .WithMessage("*held*[6, 1]*[5, 1]*");
    }

    [Fact]
    public void Draw_OfTransformedTasks_RoundsOnlyOnce()
    {
        // Φ of a value that was rounded to float32 before differs from Φ rounded after.
        var cdf = new NormalCdfMap();
        var normal = new CorrelatedGaussianTask(1, 0.75);
        using SamplePairs mapped = new TransformedTask(normal, cdf, cdf, "uniform").Draw(1000);
        using SamplePairs plain = normal.Draw(1000);
        using Tensor late = cdf.Apply(plain.X);
        using Tensor difference = (late - mapped.X).abs().max();
        difference.item<float>().Should().BeInRange(1e-9f, 1e-6f);
    }

    private static TransformedTask CubicTask() =>
        new(CorrelatedGaussianTask.ForInformation(20, 4), new IdentityMap(), new CubicMap(), "cubic-20d-4nats");

    private sealed class HeldTask(Tensor held) : MutualInformationTask("held", 1, 1, 0)
    {
        protected override (Tensor X, Tensor Y) Draw(long count, Generator generator) => (held, held);
    }
}
