using InfoMax.Data;
using InfoMax.Evaluation.Features;
using InfoMax.Optimization;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>Training and testing of one decoder of <see cref="Reconstruction"/>.</summary>
internal sealed class ReconstructionRun(Reconstruction options, ReconstructionDecoder decoder)
{
    private const int TestBatch = 256;

    // Rounding of a resized image may leave its range by a hair; pixels of 0 to 255 are caught.
    private const double GreatestPixel = 1.001;

    private readonly Device _device = decoder.parameters().First().device;

    /// <summary>Trains, leaves the decoder in evaluation mode and returns the mean squared error of the last epoch's steps.</summary>
    public double Train(FeatureSet codes, IBatchSource images, CancellationToken cancellationToken)
    {
        var random = RandomStream.Of(options.Seed, "reconstruction run").Of("order").Random();
        long perEpoch = BatchesOf(Enumerable.Range(0, codes.Count)).Count();
        using var descent = new Descent(Descent.Adam(decoder.parameters(), options.LearningRate), decoder.parameters())
        {
            Schedule = LearningRateSchedule.AfterEpochs(options.DecayFactor, options.DecayEpochs, perEpoch),
            Cancellation = cancellationToken,
        };
        double error = double.NaN;
        decoder.train();
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            Tensor sum = zeros(1, device: _device);
            foreach (int[] rows in BatchesOf(BatchIndices.Shuffled(codes.Count, random)))
            {
                using var step = NewDisposeScope();
                Tensor code = codes.Values.index_select(0, tensor(rows, ScalarType.Int64)).to(ScalarType.Float32, _device);
                Tensor truth = Images(images, rows, "train");
                sum.add_(descent.Step(() => nn.functional.mse_loss(decoder.call(code), truth)));
            }

            error = sum.item<float>() / perEpoch;
        }

        descent.CheckWeights();
        decoder.zero_grad();
        decoder.eval();
        return error;
    }

    /// <summary>Squared error, single-scale and multi-scale similarity of each image.</summary>
    public (double[] Errors, double[] Similarities, double[] MultiScale) Test(
        FeatureSet codes, IBatchSource images, StructuralSimilarity measure, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        var scores = new List<double>[] { [], [], [] };
        foreach (int[] rows in Enumerable.Range(0, codes.Count).Chunk(TestBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor truth = Images(images, rows, "test").to(ScalarType.Float64);
            Tensor made = decoder.call(codes.Values.narrow(0, rows[0], rows.Length).to(ScalarType.Float32, _device)).to(ScalarType.Float64);
            Tensor errors = (made - truth).square().mean([1, 2, 3]);
            Tensor[] measured = [errors, measure.SingleScale(made, truth), measure.MultiScale(made, truth)];
            foreach ((List<double> list, Tensor values) in scores.Zip(measured))
            {
                list.AddRange(values.cpu().data<double>().ToArray());
            }
        }

        return ([.. scores[0]], [.. scores[1]], [.. scores[2]]);
    }

    /// <summary>Rows in batches; a last batch of one row is left out, since it cannot be normalized.</summary>
    private IEnumerable<int[]> BatchesOf(IEnumerable<int> rows) => rows.Chunk(options.BatchSize).Where(batch => batch.Length > 1);

    private Tensor Images(IBatchSource images, int[] rows, string name)
    {
        Tensor batch = BatchGuard.Fetch(images, rows);
        double greatest = batch.abs().max().to(ScalarType.Float64).item<double>();
        return greatest <= GreatestPixel
            ? batch.to(ScalarType.Float32, _device)
            : throw new ArgumentException($"Expected pixels in [−1, 1], got one of magnitude {greatest}.", name);
    }
}
