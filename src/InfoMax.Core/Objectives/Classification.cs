using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Randomness;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Objectives;

/// <summary>
/// The semi-supervised term: the cross-entropy of a small classifier on a feature of the encoder, trained with the encoder, over the
/// labeled examples (paper, column SS of table 2). Labels come with the encoder's output (<see cref="EncoderOutput.Labels"/>), −1 for none.
/// </summary>
/// <remarks>
/// The classifier is the paper's non-linear probe: a hidden layer of 200 units, dropout 0.1, batch normalization, ReLU. The loss is the
/// mean over labeled examples, in nats, and 0 in a batch without any. Metrics: "accuracy" over the labeled examples of the batch (0 without
/// any) and "labeled", their share.
/// </remarks>
public sealed class Classification : Objective
{
    private readonly string _feature;
    private readonly long _size;
    private readonly double _dropout;
    [ComponentName(Name = "random")]
    private readonly RandomSource _random;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "norm")]
    private readonly BatchNorm1d _norm;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the objective.</summary>
    /// <param name="featureSize">Values in the feature of one example, 1 or more.</param>
    /// <param name="classCount">Number of classes, 2 or more.</param>
    /// <param name="feature">
    /// Name of the feature in <see cref="EncoderOutput.Features"/>; default "conv", the last convolution, as in the paper.
    /// </param>
    /// <param name="hiddenUnits">Units of the hidden layer, 1 or more; default 200.</param>
    /// <param name="dropout">Share of hidden units dropped in training, in [0, 1); default 0.1.</param>
    /// <param name="seed">Seed of the initial weights and of the dropout; null draws from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the dropout is out of range.</exception>
    public Classification(
        long featureSize, int classCount, string feature = "conv", long hiddenUnits = 200, double dropout = 0.1, int? seed = null)
        : base("labels", ObjectiveNeeds.Labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        ArgumentException.ThrowIfNullOrWhiteSpace(feature);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenUnits, 1);
        if (!(dropout >= 0 && dropout < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "Expected a share in [0, 1).");
        }

        (_feature, _size, ClassCount) = (feature, featureSize, classCount);
        _hidden = nn.Linear(featureSize, hiddenUnits);
        _dropout = dropout;
        _random = new RandomSource(RandomStream.OfSeedOrGlobal(seed, "classification").Of("dropout"));
        _norm = nn.BatchNorm1d(hiddenUnits);
        _output = nn.Linear(hiddenUnits, classCount);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "classification")?.Of("weights"));
    }

    /// <summary>Number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>Classifies an encoder's output.</summary>
    /// <param name="output">The encoder's output; labels are not needed.</param>
    /// <returns>Logits <c>[N, ClassCount]</c> that belong to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">The output lacks the feature, or it has another size.</exception>
    public Tensor Logits(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Classify(Feature(output)));
    }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor feature = Feature(output);
        Tensor labels = output.Labels ?? throw new ArgumentException(
            "Expected labels with the encoder's output: give them to the trainer, or call output.WithLabels(labels) before the loss.",
            nameof(output));
        if (labels.device_type == DeviceType.CPU && labels.numel() > 0)
        {
            (long min, long max) = (labels.min().item<long>(), labels.max().item<long>());
            if (min < -1 || max >= ClassCount)
            {
                throw new ArgumentException($"Expected labels in [0, {ClassCount}), or −1 for none, got {min} to {max}.", nameof(output));
            }
        }

        Tensor logits = Classify(feature);
        Tensor known = labels.ge(0), weights = known.to(logits.dtype), count = weights.sum(), atLeastOne = count.clamp(min: 1);
        Tensor logLikelihood = nn.functional.log_softmax(logits, 1).gather(1, labels.clamp(min: 0).unsqueeze(1)).squeeze(1);
        Tensor right = logits.detach().argmax(1).eq(labels).to(logits.dtype).mul(weights);
        return new ObjectiveResult((logLikelihood * weights).sum().neg() / atLeastOne, metrics: new Dictionary<string, Tensor>
        {
            ["accuracy"] = right.sum() / atLeastOne,
            ["labeled"] = count / labels.numel(),
        });
    }

    private Tensor Classify(Tensor feature)
    {
        Tensor hidden = _hidden.call(feature);
        if (training && _dropout > 0)
        {
            // A generator of its own: a seed determines training.
            Tensor kept = rand(hidden.shape, generator: _random.Generator).ge(_dropout).to(hidden.dtype, hidden.device);
            hidden = hidden * kept / (1 - _dropout);
        }

        return _output.call(nn.functional.relu(_norm.call(hidden)));
    }

    private Tensor Feature(EncoderOutput output)
    {
        if (!output.Features.TryGetValue(_feature, out Tensor? values))
        {
            throw new ArgumentException(
                $"Expected a feature \"{_feature}\", got {string.Join(", ", output.Features.Keys)}.", nameof(output));
        }

        Tensor flat = values.flatten(1);
        return flat.shape[1] == _size
            ? flat
            : throw new ArgumentException(
                $"Expected {_size} values in the feature \"{_feature}\", got {TensorGuard.Describe(values)}.", nameof(output));
    }
}
