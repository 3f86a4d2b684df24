using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.FewLabels;

/// <summary>
/// An encoder and one of its features, trained together with a classifier for one repeat of <see cref="SupervisedTraining"/>. Owns
/// neither.
/// </summary>
internal sealed class EndToEnd
{
    private readonly SupervisedTraining _options;
    private readonly LabeledRun _run;
    private readonly Encoder _encoder;

    /// <summary>Finds the size of the feature by encoding two examples.</summary>
    /// <exception cref="ArgumentException">The encoder gives no such feature.</exception>
    public EndToEnd(SupervisedTraining options, LabeledRun run, Encoder encoder)
    {
        (_options, _run, _encoder) = (options, run, encoder);
        Place = EncoderPlace.Of(encoder);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        encoder.eval();
        FeatureCount = (int)OutputGuard.Feature(Encode(run.Train.Inputs, [0, 1]), run.Feature, 2).shape[1];
    }

    /// <summary>Where the encoder is.</summary>
    public EncoderPlace Place { get; }

    /// <summary>Numbers in the feature of one example.</summary>
    public int FeatureCount { get; }

    /// <summary>The feature <c>[N, F]</c> in an output.</summary>
    public Tensor Feature(EncoderOutput output) => Flat(output, _run.Feature);

    /// <summary>Examples as the encoder takes them.</summary>
    public Tensor Fetch(IBatchSource inputs, int[] indices) => Place.Take(BatchGuard.Fetch(inputs, indices));

    /// <summary>Trains everything by cross-entropy and predicts the test examples. Leaves both in evaluation mode.</summary>
    /// <param name="head">The classifier, on the encoder's device.</param>
    /// <param name="logits">Gives logits <c>[N, classes]</c> for an output of the encoder.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    public EndToEndPrediction TrainAndPredict(nn.Module head, Func<EncoderOutput, Tensor> logits, CancellationToken cancellationToken) =>
        TrainAndPredict(head, logits, withoutLabels: null, cancellationToken);

    /// <summary>
    /// Trains everything by cross-entropy, and by more if there is more, and predicts the test examples. Leaves both in evaluation
    /// mode.
    /// </summary>
    /// <param name="head">The classifier, on the encoder's device.</param>
    /// <param name="logits">Gives logits <c>[N, classes]</c> for an output of the encoder.</param>
    /// <param name="withoutLabels">Adds the gradients of a loss on the unlabeled rows of a step; null for none.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    public EndToEndPrediction TrainAndPredict(
        nn.Module head, Func<EncoderOutput, Tensor> logits, Action<int[]>? withoutLabels, CancellationToken cancellationToken)
    {
        _encoder.train();
        head.train();
        TrainingLoop.Descend(
            _options,
            _run,
            [.. ((nn.Module)_encoder).parameters(), .. head.parameters()],
            step => TrainingLoop.CrossEntropy(logits(Encode(_run.Train.Inputs, step.Labeled)), _run.Train, step.Labeled),
            withoutLabels is null ? null : step => withoutLabels(step.Unlabeled),
            cancellationToken);
        _encoder.eval();
        head.eval();
        return new EndToEndPrediction(
            TrainingLoop.Classify(_run.Test, rows => logits(Encode(_run.Test.Inputs, rows)), cancellationToken), FeatureCount);
    }

    private static Tensor Flat(EncoderOutput output, string feature) => output.Features.TryGetValue(feature, out Tensor? values)
        ? values.flatten(1)
        : throw new ArgumentException(
            $"Expected a feature of the encoder, one of {string.Join(", ", output.Features.Keys)}; got \"{feature}\".", nameof(feature));

    private EncoderOutput Encode(IBatchSource inputs, int[] indices) => _encoder.call(Fetch(inputs, indices));
}
