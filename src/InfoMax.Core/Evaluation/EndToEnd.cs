using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation;

/// <summary>An encoder and one of its features, trained together with a classifier for one repeat of <see cref="SupervisedTraining"/>. Owns neither.</summary>
internal sealed class EndToEnd
{
    private readonly SupervisedTraining _options;
    private readonly LabelledRun _run;
    private readonly Encoder _encoder;

    /// <summary>Finds the size of the feature by encoding two examples.</summary>
    /// <exception cref="ArgumentException">The encoder gives no such feature.</exception>
    public EndToEnd(SupervisedTraining options, LabelledRun run, Encoder encoder)
    {
        (_options, _run, _encoder) = (options, run, encoder);
        Parameter? first = ((nn.Module)encoder).parameters().FirstOrDefault();
        (DType, Device) = (first?.dtype ?? ScalarType.Float32, first?.device ?? CPU);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        encoder.eval();
        FeatureCount = (int)Feature(Encode(run.Train.Inputs, [0, 1])).shape[1];
    }

    public ScalarType DType { get; }

    public Device Device { get; }

    /// <summary>Numbers in the feature of one example.</summary>
    public int FeatureCount { get; }

    /// <summary>The feature <c>[N, F]</c> in an output.</summary>
    public Tensor Feature(EncoderOutput output) => Flat(output, _run.Feature);

    /// <summary>Trains everything and predicts the test examples. Leaves both in evaluation mode.</summary>
    /// <param name="head">The classifier, on the encoder's device.</param>
    /// <param name="logits">Gives logits <c>[N, classes]</c> for an output of the encoder.</param>
    /// <param name="cancellationToken">Looked at before each batch.</param>
    public EndToEndPrediction TrainAndPredict(nn.Module head, Func<EncoderOutput, Tensor> logits, CancellationToken cancellationToken)
    {
        Train(head, logits, cancellationToken);
        _encoder.eval();
        head.eval();
        using var noGrad = no_grad();
        var predictions = new List<int>(_run.Test.Count);
        foreach (int[] indices in Enumerable.Range(0, _run.Test.Count).Chunk(256))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor classOf = logits(Encode(_run.Test.Inputs, indices)).argmax(1).cpu();
            predictions.AddRange(classOf.data<long>().Select(c => (int)c));
        }

        return new EndToEndPrediction([.. predictions], FeatureCount);
    }

    private static Tensor Flat(EncoderOutput output, string feature) => output.Features.TryGetValue(feature, out Tensor? values)
        ? values.flatten(1)
        : throw new ArgumentException($"Expected a feature of the encoder, one of {string.Join(", ", output.Features.Keys)}; got \"{feature}\".", nameof(feature));

    private void Train(nn.Module head, Func<EncoderOutput, Tensor> logits, CancellationToken cancellationToken)
    {
        int batchSize = _options.BatchSize;
        int[] rows = _run.Rows;
        var order = new Random(Initialization.Derive(_run.Seed, purpose: 1));
        int steps = rows.Length / batchSize, total = steps * _options.Epochs;
        using optim.Optimizer optimizer = optim.Adam([.. ((nn.Module)_encoder).parameters(), .. head.parameters()], _options.LearningRate);
        _encoder.train();
        head.train();
        for (int epoch = 0, step = 0; epoch < _options.Epochs; epoch++)
        {
            order.Shuffle(rows);
            for (int batch = 0; batch < steps; batch++, step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                int[] indices = rows[(batch * batchSize)..((batch + 1) * batchSize)];
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = _options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / total));
                }

                Tensor labels = tensor(indices.Select(i => (long)_run.Train.Labels[i]).ToArray(), device: Device);
                Tensor loss = nn.functional.cross_entropy(logits(Encode(_run.Train.Inputs, indices)), labels);
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }
    }

    private EncoderOutput Encode(IBatchSource inputs, int[] indices)
    {
        Tensor batch = inputs.GetBatch(indices);
        return _encoder.call(_encoder.TakesIndices ? batch.to(Device) : batch.to(DType, Device));
    }
}
