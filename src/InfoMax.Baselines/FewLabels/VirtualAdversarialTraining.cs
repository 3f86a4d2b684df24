using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// Virtual adversarial training: an untrained encoder and a linear classifier on one of its features, trained end to end. The loss is the
/// cross-entropy on labeled examples plus the smoothness of the predictions around all training examples: the divergence
/// KL(p(y|x) ‖ p(y|x + r)) for the worst r of norm <see cref="Epsilon"/>.
/// </summary>
/// <remarks>
/// <para>
/// Power iteration finds the perturbation: a random direction is replaced by the gradient of the divergence with respect to the
/// perturbation, at a step of <see cref="Xi"/> along it. No gradient flows through the prediction without perturbation. Batch normalization
/// uses the statistics of each batch. Running statistics, which evaluation reads, follow the labeled batches only, as in the published
/// code; changes that passes on unlabeled examples make to them or to other buffers are undone.
/// </para>
/// <para>Deterministic for a seed on the CPU if the encoder is. Source: Miyato, Maeda, Koyama and Ishii, 2018, and their code.</para>
/// </remarks>
public sealed class VirtualAdversarialTraining : SemiSupervisedTraining
{
    private readonly double _epsilon = 5;
    private readonly double _xi = 1e-2;
    private readonly int _powerIterations = 1;
    private readonly double _weight = 1;
    private readonly double _entropyWeight;

    /// <summary>
    /// Euclidean norm of the perturbation of a whole example, in the units of the inputs: the setting that matters, and none fits every
    /// data set.
    /// </summary>
    /// <value>
    /// Finite and positive; default 5, the published 2.5 for 32×32 street numbers with pixels in [−0.5, 0.5] on pixels in [−1, 1].
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double Epsilon
    {
        get => _epsilon;
        init => _epsilon = OptionGuard.Positive(value, nameof(Epsilon));
    }

    /// <summary>Norm of the step at which the power iteration takes its gradient, in the units of the inputs.</summary>
    /// <value>Finite and positive; default 0.01. The published 10⁻⁶ is lost in the rounding of float32.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double Xi
    {
        get => _xi;
        init => _xi = OptionGuard.Positive(value, nameof(Xi));
    }

    /// <summary>Power iterations for each perturbation; each costs a forward and a backward pass.</summary>
    /// <value>At least 1; default 1, as published.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int PowerIterations
    {
        get => _powerIterations;
        init => _powerIterations = OptionGuard.AtLeast(1, value, nameof(PowerIterations));
    }

    /// <summary>Factor of the smoothness in the loss.</summary>
    /// <value>Finite and positive; default 1, as published.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double Weight
    {
        get => _weight;
        init => _weight = OptionGuard.Positive(value, nameof(Weight));
    }

    /// <summary>
    /// Factor of the mean entropy of the predictions on unlabeled batches in the loss, which makes them decided; 0 leaves it out.
    /// </summary>
    /// <value>Finite, at least 0; default 0. The published variant with the entropy has 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number of at least 0.</exception>
    public double EntropyWeight
    {
        get => _entropyWeight;
        init => _entropyWeight = OptionGuard.NotNegative(value, nameof(EntropyWeight));
    }

    /// <summary>Trains and tests.</summary>
    /// <param name="createEncoder">Makes an untrained encoder from a seed; this object disposes it.</param>
    /// <param name="train">
    /// Examples to train on; labels are read of those that are drawn, see <see cref="SupervisedTraining.LabelCount"/>.
    /// </param>
    /// <param name="test">Examples to measure the accuracy on.</param>
    /// <param name="feature">
    /// The feature that the linear classifier reads, as in <see cref="EncoderOutput.Features"/>. Default "global".
    /// </param>
    /// <param name="cancellationToken">Checked between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer training examples than <see cref="SupervisedTraining.LabelCount"/>, or fewer labels than classes or than two, the
    /// encoder gives no such feature, or it takes indices, which cannot be perturbed.
    /// </exception>
    /// <exception cref="InvalidOperationException">The encoder cuts off the gradient by its inputs.</exception>
    /// <exception cref="InvalidOperationException">The training diverged: weights or scores are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ProbeResult Evaluate(
        Func<int, Encoder> createEncoder,
        LabeledData train,
        LabeledData test,
        string feature = EncoderOutput.GlobalFeature,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createEncoder);
        return Run("virtual adversarial", train, test, feature, Settings(), run =>
        {
            using Encoder encoder = createEncoder(run.Seed) ?? throw new ArgumentException(
                "Expected an encoder, got null.", nameof(createEncoder));
            if (encoder.TakesIndices)
            {
                throw new ArgumentException(
                    "Expected an encoder of numbers, got one that takes indices, which cannot be perturbed.", nameof(createEncoder));
            }

            var network = new EndToEnd(this, run, encoder);
            using Linear head = nn.Linear(network.FeatureCount, run.Classes, device: network.Place.Device, dtype: network.Place.DType);
            RandomStream stream = RandomStream.Of(run.Seed, "virtual adversarial training");
            Initialization.Reset(head, stream.Of("head"));
            using Generator generator = stream.Of("directions").Generator();
            var loss = new VirtualAdversarialLoss(
                this, [encoder, head], inputs => head.call(network.Feature(encoder.call(inputs))), generator);
            return network.TrainAndPredict(
                head,
                output => head.call(network.Feature(output)),
                rows => loss.Accumulate(network.Fetch(run.Train.Inputs, rows)),
                cancellationToken);
        });
    }

    private string Settings() => string.Create(
        CultureInfo.InvariantCulture,
        $"radius {Epsilon}, {PowerIterations} power iteration{(PowerIterations == 1 ? "" : "s")} of step {Xi}, weight {Weight}, "
        + $"{(EntropyWeight > 0 ? $"entropy {EntropyWeight}, " : "")}");
}
