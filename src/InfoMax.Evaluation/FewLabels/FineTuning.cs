using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Probes;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using TorchSharp;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>
/// Semi-supervised learning: a pre-trained encoder and a small classifier on its last convolution are trained together on a labeled
/// subset (Hjelm et al. 2019, the SS column of table 2). Says what representation learning is worth as a start; compare with
/// <see cref="SupervisedBaseline"/> at as many labels.
/// </summary>
/// <remarks>
/// <para>
/// The classifier is that of the paper's non-linear probe: 200 units, dropout, batch normalization, ReLU, and a linear layer to the
/// classes. Everything is trained at one rate, batch normalization with the statistics of batches; parameters that need no gradient
/// stay as they are. The accuracy is that of the last epoch: nothing is chosen on the test examples. The published schedule is not
/// known; the released code trained the classifier together with the objective without labels, which <c>Classification</c> does in
/// this library.
/// </para>
/// <para>
/// Each repeat starts from the encoder as it was given and draws its own labeled examples, order and classifier. Afterwards all
/// parameters, buffers and modes of the encoder are as they were, bit by bit, also if the call throws; <see cref="KeepWeights"/>
/// leaves the trained ones. Gradients that the encoder's parameters held are dropped. Deterministic for a seed on the CPU as far as
/// the encoder is.
/// </para>
/// </remarks>
public sealed class FineTuning : SupervisedTraining
{
    /// <summary>Units of the classifier's hidden layer.</summary>
    /// <value>At least 1. Default 200.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int HiddenUnits
    {
        get;
        init => field = OptionGuard.AtLeast(1, value, nameof(HiddenUnits));
    } = 200;

    /// <summary>Share of hidden units dropped in training.</summary>
    /// <value>From 0 to below 1. Default 0.1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public double Dropout
    {
        get;
        init => field = OptionGuard.Share(value, nameof(Dropout));
    } = 0.1;

    /// <summary>
    /// Whether the encoder keeps the parameters and buffers of the last repeat. Default false. If the call throws, it has those it
    /// was given with in any case.
    /// </summary>
    public bool KeepWeights { get; init; }

    /// <summary>Trains and tests.</summary>
    /// <param name="encoder">The pre-trained encoder.</param>
    /// <param name="train">Examples to draw the labeled ones from.</param>
    /// <param name="test">Examples to measure the accuracy on.</param>
    /// <param name="feature">
    /// The feature that the classifier reads, as in <see cref="EncoderOutput.Features"/>. Default "conv", the last convolution.
    /// </param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer training examples than <see cref="SupervisedTraining.LabelCount"/>, or fewer labels than classes or than
    /// two, there is but one class, or the encoder gives no such feature.
    /// </exception>
    /// <exception cref="InvalidOperationException">The training diverged: weights or scores are not finite.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ProbeResult Evaluate(
        Encoder encoder, LabeledData train, LabeledData test, string feature = "conv", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        if (Math.Max(train.ClassCount, test.ClassCount) < 2)
        {
            throw new ArgumentException("Expected examples of at least two classes, got one.", nameof(train));
        }

        using var modes = new ModuleModes(encoder);
        using var state = new NetworkState(encoder);
        bool kept = false;
        try
        {
            string settings = string.Create(CultureInfo.InvariantCulture, $"{HiddenUnits} units, dropout {Dropout}, ");
            ProbeResult result = Run("fine-tuned", train, test, feature, settings, run =>
            {
                state.Restore();
                var network = new EndToEnd(this, run, encoder);
                using var head = new Classification(
                    network.FeatureCount, run.Classes, feature, HiddenUnits, Dropout, RandomStream.Of(
                        run.Seed, "fine-tuning").Of("head").Seed());
                head.to(network.Place.Device).to(network.Place.DType);
                return network.TrainAndPredict(head, head.Logits, cancellationToken);
            });
            kept = KeepWeights;
            return result;
        }
        finally
        {
            if (kept)
            {
                state.DropGradients();
            }
            else
            {
                state.Restore();
            }
        }
    }
}
