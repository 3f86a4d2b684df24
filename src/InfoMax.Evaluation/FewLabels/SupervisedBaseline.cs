using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Probes;
using InfoMax.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>
/// The same network trained with labels alone: an untrained encoder with a linear classifier on one of its features, trained end to
/// end by cross-entropy. What representation learning without labels is to be compared with.
/// </summary>
/// <remarks>
/// Each repeat makes a new encoder and draws its own labeled examples, order and classifier from its own seed. The accuracy is that
/// of the last epoch: nothing is chosen on the test examples. Deterministic for a seed on the CPU as far as the encoder is.
/// </remarks>
public sealed class SupervisedBaseline : SupervisedTraining
{
    /// <summary>Trains and tests.</summary>
    /// <param name="createEncoder">Makes an untrained encoder from a seed; this object disposes it.</param>
    /// <param name="train">Examples to train on.</param>
    /// <param name="test">Examples to measure the accuracy on.</param>
    /// <param name="feature">
    /// The feature that the linear classifier reads, as in <see cref="EncoderOutput.Features"/>. Default "global".
    /// </param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer training examples than <see cref="SupervisedTraining.LabelCount"/>, or fewer labels than classes or than
    /// two, or the encoder gives no such feature.
    /// </exception>
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
        return Run("supervised", train, test, feature, settings: "", run =>
        {
            using Encoder encoder =
                createEncoder(run.Seed) ?? throw new ArgumentException("Expected an encoder, got null.", nameof(createEncoder));
            var network = new EndToEnd(this, run, encoder);
            using Linear head = nn.Linear(network.FeatureCount, run.Classes, device: network.Place.Device, dtype: network.Place.DType);
            Initialization.Reset(head, RandomStream.Of(run.Seed, "supervised baseline").Of("head"));
            return network.TrainAndPredict(head, output => head.call(network.Feature(output)), cancellationToken);
        });
    }
}
