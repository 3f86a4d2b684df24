using InfoMax.Information.Tasks;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Where training batches, the validation split and the test split come from. Owns its tensors.</summary>
internal abstract class PairBatches : IDisposable
{
    private const string Owner = "pair batches";

    public abstract long TrainingPairs { get; }

    public required SamplePairs Validation { get; init; }

    public required SamplePairs Test { get; init; }

    /// <summary>The next training batch, in the open dispose scope.</summary>
    public abstract (Tensor X, Tensor Y) Next();

    public virtual void Dispose()
    {
        Validation.Dispose();
        Test.Dispose();
    }

    /// <summary>Shuffles samples, splits them in three, and scales them.</summary>
    public static PairBatches Of(Tensor x, Tensor y, MutualInformationOptions options)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long n = x.shape[0];
        (long validation, long test) = Shares(n, options);
        using Generator generator = RandomStream.Of(options.Seed, Owner).Of("split").Generator();
        Tensor order = randperm(n, generator: generator).to(x.device);
        Device device = options.Device ?? x.device;
        Tensor[] parts = order.split([n - validation - test, validation, test]);
        Affine scaleX = Affine.Of(x[parts[0]], options.Standardize), scaleY = Affine.Of(y[parts[0]], options.Standardize);
        SamplePairs Part(Tensor rows) => new(scaleX.Apply(x[rows]).to(device), scaleY.Apply(y[rows]).to(device));
        return new Finite(Part(parts[0]), options) { Validation = Part(parts[1]), Test = Part(parts[2]) };
    }

    /// <summary>Draws batches from a task, each anew, and both splits.</summary>
    public static PairBatches Of(MutualInformationTask task, long heldOut, MutualInformationOptions options)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Generator generator = RandomStream.Of(options.Seed, Owner).Of("drawn pairs").Generator();
        Device device = options.Device ?? CPU;
        using SamplePairs first = task.Sample(Math.Max(heldOut, 1000), generator);
        Affine scaleX = Affine.Of(first.X, options.Standardize), scaleY = Affine.Of(first.Y, options.Standardize);
        SamplePairs Draw()
        {
            using SamplePairs drawn = task.Sample(heldOut, generator);
            return new(scaleX.Apply(drawn.X).to(device), scaleY.Apply(drawn.Y).to(device));
        }

        return new Endless(task, scaleX.Kept(), scaleY.Kept(), generator, device, options.BatchSize) { Validation = Draw(), Test = Draw() };
    }

    /// <summary>Sizes of the validation and the test split.</summary>
    public static (long Validation, long Test) Shares(long n, MutualInformationOptions options) =>
        ((long)Math.Round(n * options.ValidationFraction), (long)Math.Round(n * options.TestFraction));

    private sealed class Finite(SamplePairs training, MutualInformationOptions options) : PairBatches
    {
        private readonly Random _random = RandomStream.Of(options.Seed, Owner).Of("order").Random();
        private readonly int _size = (int)Math.Min(options.BatchSize, training.Count);
        private readonly long[] _order = [.. Enumerable.Range(0, (int)training.Count).Select(i => (long)i)];
        private int _position = int.MaxValue - options.BatchSize;

        public override long TrainingPairs => training.Count;

        public override (Tensor X, Tensor Y) Next()
        {
            if (_position + _size > _order.Length)
            {
                _random.Shuffle(_order);
                _position = 0;
            }

            Tensor rows = tensor(_order[_position..(_position + _size)]).to(training.X.device);
            _position += _size;
            return (training.X[rows], training.Y[rows]);
        }

        public override void Dispose()
        {
            training.Dispose();
            base.Dispose();
        }
    }

    private sealed class Endless(
        MutualInformationTask task, Affine scaleX, Affine scaleY, Generator generator, Device device, int batchSize) : PairBatches
    {
        public override long TrainingPairs => 0;

        public override (Tensor X, Tensor Y) Next()
        {
            using SamplePairs drawn = task.Sample(batchSize, generator);
            return (scaleX.Apply(drawn.X).to(device), scaleY.Apply(drawn.Y).to(device));
        }

        public override void Dispose()
        {
            scaleX.Dispose();
            scaleY.Dispose();
            generator.Dispose();
            base.Dispose();
        }
    }

    /// <summary>Shift and scale of each dimension.</summary>
    /// <param name="Size">Divides first, so that neither very large nor very small values leave the range of double when squared.</param>
    /// <param name="Mean">Subtracted from what is left.</param>
    /// <param name="Factor">Multiplies the result.</param>
    private sealed record Affine(Tensor Size, Tensor Mean, Tensor Factor) : IDisposable
    {
        public static Affine Of(Tensor values, bool standardize)
        {
            if (!standardize)
            {
                return new Affine(ones(1, device: values.device), zeros(1, device: values.device), ones(1, device: values.device));
            }

            Tensor wide = values.to(ScalarType.Float64), largest = wide.abs().amax([0L]);
            // A power of two, which divides without rounding.
            Tensor size = where(largest.gt(0), largest, ones_like(largest)).log2().floor().exp2();
            Tensor scaled = wide / size, deviation = scaled.std(0, unbiased: false);
            // A dimension that does not vary becomes 0.
            Tensor varies = scaled.amax([0L]).ne(scaled.amin([0L])) & deviation.gt(0);
            return new Affine(size, scaled.mean([0]), where(varies, deviation.reciprocal(), ones_like(deviation)));
        }

        public Tensor Apply(Tensor samples)
        {
            using var scope = NewDisposeScope();
            Tensor scaled = samples.to(Mean.dtype).div(Size).sub(Mean).mul(Factor).to(ScalarType.Float32);
            if (!scaled.isfinite().all().item<bool>())
            {
                throw new ArgumentException(
                    "Expected samples within the range of float32 once they are scaled, got some beyond: shorten their tails first.",
                    nameof(samples));
            }

            return scope.MoveToOuter(scaled);
        }

        public Affine Kept() => new(Size.DetachFromDisposeScope(), Mean.DetachFromDisposeScope(), Factor.DetachFromDisposeScope());

        public void Dispose()
        {
            Size.Dispose();
            Mean.Dispose();
            Factor.Dispose();
        }
    }
}
