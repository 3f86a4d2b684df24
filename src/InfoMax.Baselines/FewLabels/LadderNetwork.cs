using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Foundation;
using TorchSharp;
using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// A ladder network: the layers of a description with a classifier on top, trained by cross-entropy on the labeled examples with noise at
/// every layer, and by how well a decoder with lateral connections removes that noise, at every layer, on all training examples.
/// Predictions are made without noise.
/// </summary>
/// <remarks>
/// <para>
/// Levels are the input, every convolution, pool and linear layer of the description, and the classes. Each is normalized by the mean and
/// deviation of its batch (a convolution or linear layer also where the description asks for no batch normalization), and noise is added.
/// The decoder starts from the noisy class probabilities and goes down: a linear layer for a linear layer, a transposed convolution for a
/// convolution, the nearest value for a pool, all normalized in turn. At each level the published Gaussian function of ten parameters joins
/// what comes from above with the noisy units of that level, and the result, normalized by the mean and deviation of the level without
/// noise, is compared with the level without noise. Gradients flow through both ways up. Levels below the lowest one with a weight are not
/// decoded.
/// </para>
/// <para>
/// Labeled and unlabeled batches are normalized each by itself. Test examples are normalized by running statistics of the unlabeled batches
/// without noise. Deterministic for a seed on the CPU. Source: Rasmus, Valpola, Honkala, Berglund and Raiko, 2015, and their code.
/// </para>
/// </remarks>
public sealed class LadderNetwork : SemiSupervisedTraining
{
    private readonly double _noiseDeviation = 0.3;
    private readonly IReadOnlyList<double> _denoisingWeights = [1000, 10, 0.1];

    /// <summary>Standard deviation of the noise: at the input in its units, above it in those of normalized units.</summary>
    /// <value>Finite, at least 0; default 0.3, as published (there on pixels in [0, 1]).</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number of at least 0.</exception>
    public double NoiseDeviation
    {
        get => _noiseDeviation;
        init => _noiseDeviation = OptionGuard.NotNegative(value, nameof(NoiseDeviation));
    }

    /// <summary>
    /// Factor of each level's mean squared error in the loss, from the input upwards; the last holds for all levels above it too. Errors
    /// are means over the units of a level.
    /// </summary>
    /// <value>
    /// At least one, each finite and at least 0, at most one for each level. Default 1000, 10, 0.1, as published for 100 labels; zeros up
    /// to the classes and a number there are the published Γ-model.
    /// </value>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not a finite number of at least 0.</exception>
    public IReadOnlyList<double> DenoisingWeights
    {
        get => _denoisingWeights;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0)
            {
                throw new ArgumentException("Expected at least one weight, got none.", nameof(DenoisingWeights));
            }

            _denoisingWeights = [.. value.Select(weight => OptionGuard.NotNegative(weight, nameof(DenoisingWeights)))];
        }
    }

    /// <summary>Where to train; null (the default) for the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Trains and tests.</summary>
    /// <param name="description">
    /// The network below the classifier: <see cref="Layer.Conv"/>, pools, <see cref="Layer.Flatten"/>, <see cref="Layer.Linear"/> and
    /// <see cref="Layer.Global"/>, without dropout, for inputs of known sizes.
    /// </param>
    /// <param name="train">
    /// Examples to train on; labels are read of those that are drawn, see <see cref="SupervisedTraining.LabelCount"/>.
    /// </param>
    /// <param name="test">Examples to measure the accuracy on.</param>
    /// <param name="cancellationToken">Checked between steps.</param>
    /// <returns>The result with its protocol; the feature is the description's last layer, on which the classifier stands.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer training examples than <see cref="SupervisedTraining.LabelCount"/>, or fewer labels than classes or than two,
    /// examples
    /// of another shape than the description's, layers that have no place in a ladder (the message names them), more weights than levels,
    /// or a device that is not available.
    /// </exception>
    /// <exception cref="InvalidOperationException">The training diverged: weights or scores are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ProbeResult Evaluate(
        EncoderDescription description, LabeledData train, LabeledData test, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        Device device = DeviceGuard.Available(Device, nameof(Device));
        IReadOnlyList<LadderStep> steps = LadderStep.Of(description, Math.Max(train.ClassCount, test.ClassCount));
        CheckExamples(description, train, nameof(train));
        CheckExamples(description, test, nameof(test));
        if (DenoisingWeights.Count > steps.Count + 1)
        {
            throw new ArgumentException(
                $"Expected at most {steps.Count + 1} denoising weights (the input, {steps.Count - 1} layers and the classes), "
                + $"got {DenoisingWeights.Count}.",
                nameof(description));
        }

        double[] weights =
            [.. Enumerable.Range(0, steps.Count + 1).Select(level => DenoisingWeights[Math.Min(level, DenoisingWeights.Count - 1)])];
        long features = steps[^1].Below.Aggregate((product, size) => product * size);
        return Run("ladder", train, test, EncoderDescription.GlobalTap, Settings(), run =>
        {
            using var model = new LadderModel(steps, weights, NoiseDeviation, description.Weights, run.Seed);
            model.to(device);
            Tensor Fetch(LabeledData data, int[] rows) => BatchGuard.Fetch(data.Inputs, rows).to(ScalarType.Float32, device);
            model.train();
            TrainingLoop.Descend(
                this,
                run,
                model.parameters(),
                step => TrainingLoop.CrossEntropy(model.NoisyLogits(Fetch(train, step.Labeled)), train, step.Labeled),
                step =>
                {
                    Tensor loss = model.DenoisingLoss(Fetch(train, step.Unlabeled));
                    if (loss.requires_grad)
                    {
                        loss.backward();
                    }
                },
                cancellationToken);
            model.eval();
            return new EndToEndPrediction(
                TrainingLoop.Classify(test, rows => model.call(Fetch(test, rows)), cancellationToken), (int)features);
        });
    }

    private static void CheckExamples(EncoderDescription description, LabeledData data, string name)
    {
        if (!data.Inputs.ExampleShape.SequenceEqual(description.InputShape))
        {
            throw new ArgumentException(
                $"Expected examples {TensorGuard.Shape(description.InputShape)} as the description says, got "
                + $"{TensorGuard.Shape(data.Inputs.ExampleShape)}.",
                name);
        }
    }

    private string Settings()
    {
        string weights = string.Join("/", DenoisingWeights.Select(weight => weight.ToString(CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"noise {NoiseDeviation}, denoising {weights}, ");
    }
}
