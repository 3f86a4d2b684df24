using System.Diagnostics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>
/// How much of an image is in its code: a <see cref="ReconstructionDecoder"/> is trained on the codes of a frozen encoder to
/// rebuild the images, by the squared error, and measured on test images by the squared error and by
/// <see cref="StructuralSimilarity"/> (Hjelm et al. 2019, section 4.2, where it stands in for mutual information).
/// </summary>
/// <remarks>
/// Codes are extracted once, in evaluation mode, and not standardized. Adam with its usual betas (0.9, 0.999). The last epoch's
/// decoder is measured: nothing is chosen on test images. Deterministic for a seed on the CPU. The defaults are a quick look;
/// <see cref="ReferenceCode"/> has the rates of the released code.
/// </remarks>
public sealed class Reconstruction
{
    /// <summary>
    /// The schedule of the reference code: rate 10⁻⁴, divided by 10 after 50 and after 100 epochs. Its number of epochs is not known; this
    /// uses 150.
    /// </summary>
    /// <param name="width">Channels of the decoder's largest map. See <see cref="Width"/>.</param>
    /// <param name="seed">See <see cref="Seed"/>.</param>
    public static Reconstruction ReferenceCode(int width = 64, int seed = 0) =>
        new() { Width = width, Seed = seed, Epochs = 150, LearningRate = 1e-4, DecayEpochs = [50, 100] };

    /// <summary>Passes over the training images.</summary>
    /// <value>At least 1. Default 20.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Epochs
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Epochs));
    } = 20;

    /// <summary>Images per step. A last batch of one image is left out of its epoch: it cannot be normalized.</summary>
    /// <value>At least 2. Default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int BatchSize
    {
        get;
        init => field = OptionGuard.AtLeast(2, value, nameof(BatchSize));
    } = 64;

    /// <summary>Adam's learning rate at the start.</summary>
    /// <value>Above 0. Default 10⁻³; published 10⁻⁴.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double LearningRate
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(LearningRate));
    } = 1e-3;

    /// <summary>After how many epochs the rate is multiplied by <see cref="DecayFactor"/>, once for each entry.</summary>
    /// <value>Numbers of at least 1; those beyond <see cref="Epochs"/> do nothing. Default 10 and 16; published 50 and 100.</value>
    /// <exception cref="ArgumentOutOfRangeException">An entry is less than 1.</exception>
    public IReadOnlyList<int> DecayEpochs
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(DecayEpochs));
            field = [.. value.Select(epoch => OptionGuard.AtLeast(1, epoch, nameof(DecayEpochs)))];
        }
    } = [10, 16];

    /// <summary>Factor of each decay.</summary>
    /// <value>Above 0. Default 0.1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double DecayFactor
    {
        get;
        init => field = OptionGuard.Positive(value, nameof(DecayFactor));
    } = 0.1;

    /// <summary>Channels of the decoder's largest map.</summary>
    /// <value>At least 1. Default 64, as published.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Width
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(Width));
    } = 64;

    /// <summary>How images are compared. Its number of scales is not used: see <see cref="Scales"/>.</summary>
    /// <value>Default: as published in 2004 and 2003, for pixels in [−1, 1].</value>
    public StructuralSimilarity Measure
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Measure));
            field = value;
        }
    } = new();

    /// <summary>
    /// Scales of the multi-scale similarity; null (the default) takes as many of the published five as fit the images. The result
    /// says how many.
    /// </summary>
    /// <value>From 1 to 5.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public int? Scales
    {
        get;
        init => field = value is { } scales ? new StructuralSimilarity { Scales = scales }.Scales : null;
    }

    /// <summary>Seed of the decoder's weights and of the order of images. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Trains a decoder and measures it.</summary>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="train">
    /// Images <c>[C, H, W]</c> with pixels in [−1, 1] to train on, at least two; sides as <see cref="ReconstructionDecoder"/> takes
    /// them.
    /// </param>
    /// <param name="test">Images of the same shape to measure on.</param>
    /// <param name="feature">The feature that serves as the code, as in <see cref="EncoderOutput.Features"/>. Default "global".</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// Images have another shape or other pixels than expected or are too small for the scales, or the encoder gives no such
    /// feature.
    /// </exception>
    /// <exception cref="InvalidOperationException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ReconstructionResult Evaluate(
        Encoder encoder,
        IBatchSource train,
        IBatchSource test,
        string feature = EncoderOutput.GlobalFeature,
        CancellationToken cancellationToken = default)
    {
        using ReconstructionDecoder decoder = Fit(encoder, train, test, feature, out ReconstructionResult result, cancellationToken);
        return result;
    }

    /// <summary>Trains a decoder and measures it; labels are not looked at.</summary>
    /// <inheritdoc cref="Evaluate(Encoder, IBatchSource, IBatchSource, string, CancellationToken)"/>
    public ReconstructionResult Evaluate(
        Encoder encoder,
        LabeledData train,
        LabeledData test,
        string feature = EncoderOutput.GlobalFeature,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        return Evaluate(encoder, train.Inputs, test.Inputs, feature, cancellationToken);
    }

    /// <summary>Trains a decoder, measures it and hands it over, for pictures (<see cref="ReconstructionDecoder.Reconstruct"/>).</summary>
    /// <inheritdoc cref="Evaluate(Encoder, IBatchSource, IBatchSource, string, CancellationToken)" path="/exception"/>
    /// <param name="encoder">The encoder; it is not trained.</param>
    /// <param name="train">Images to train on.</param>
    /// <param name="test">Images to measure on.</param>
    /// <param name="feature">The feature that serves as the code.</param>
    /// <param name="result">The result with its protocol.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The trained decoder, in evaluation mode, on the encoder's device; the caller disposes it.</returns>
    public ReconstructionDecoder Fit(
        Encoder encoder,
        IBatchSource train,
        IBatchSource test,
        string feature,
        out ReconstructionResult result,
        CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        StructuralSimilarity measure = CheckImages(train, test);
        using FeatureSet codes = new FeatureExtractor().Extract(encoder, train, feature, cancellationToken);
        using FeatureSet testCodes = new FeatureExtractor().Extract(encoder, test, feature, cancellationToken);
        var decoder = new ReconstructionDecoder(
            codes.FeatureCount, train.ExampleShape, Width, RandomStream.Of(Seed, "reconstruction").Of("decoder").Seed());
        try
        {
            decoder.to(encoder.parameters().FirstOrDefault()?.device ?? CPU);
            var run = new ReconstructionRun(this, decoder);
            double trainingError = run.Train(codes, train, cancellationToken);
            (double[] errors, double[] similarities, double[] multiScale) = run.Test(testCodes, test, measure, cancellationToken);
            result = new ReconstructionResult
            {
                Feature = feature,
                FeatureCount = codes.FeatureCount,
                TrainCount = train.Count,
                TestCount = test.Count,
                Seed = Seed,
                SquaredErrors = errors,
                Similarities = similarities,
                MultiScaleSimilarities = multiScale,
                Scales = measure.Scales,
                TrainingError = trainingError,
                HyperParameters = Settings(),
                Elapsed = Stopwatch.GetElapsedTime(start),
            };
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    private string Settings()
    {
        FormattableString training = $"width {Width}, {Epochs} epochs, batches of {BatchSize}, Adam {LearningRate:G3}";
        FormattableString decay = $"×{DecayFactor} after epochs {string.Join(", ", DecayEpochs)}";
        FormattableString measure =
            $"window {Measure.Window}{(Measure.ZeroPadding ? " with zero padding" : "")}, range {Measure.DataRange}";
        return string.Join(", ", new[] { training, decay, measure }.Select(FormattableString.Invariant));
    }

    /// <summary>Checks what can be told from shapes before anything is computed, and settles the scales.</summary>
    private StructuralSimilarity CheckImages(IBatchSource train, IBatchSource test)
    {
        if (train.Count < 2)
        {
            throw new ArgumentException($"Expected at least two training images, got {train.Count}.", nameof(train));
        }

        _ = ReconstructionDecoder.Doublings(train.ExampleShape, nameof(train));
        if (!train.ExampleShape.SequenceEqual(test.ExampleShape))
        {
            string got = TensorGuard.Shape(test.ExampleShape), expected = TensorGuard.Shape(train.ExampleShape);
            throw new ArgumentException($"Expected test images of shape {expected}, as in training, got {got}.", nameof(test));
        }

        (long height, long width) = (train.ExampleShape[1], train.ExampleShape[2]);
        int fit = Measure.MaxScales(height, width);
        return fit >= Math.Max(1, Scales ?? 1)
            ? Measure.WithScales(Scales ?? fit)
            : throw new ArgumentException(
                $"Expected images for {Scales ?? 1} scale(s) with a window of {Measure.Window}, got {height}×{width}, enough for {fit}.",
                nameof(train));
    }
}
