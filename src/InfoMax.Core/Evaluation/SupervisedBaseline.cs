using System.Diagnostics;
using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation;

/// <summary>
/// The same network trained with labels alone: an untrained encoder with a linear classifier on one of its features, trained end to end by cross-entropy. What
/// representation learning without labels is to be compared with.
/// </summary>
/// <remarks>
/// Each repeat makes a new encoder and draws its own labelled examples, order and classifier from its own seed. The accuracy is that of the last epoch: nothing is
/// chosen on the test examples. Deterministic for a seed on the CPU as far as the encoder is.
/// </remarks>
public sealed record SupervisedBaseline
{
    private readonly int? _labels;
    private readonly int _repeats = 1;
    private readonly int _epochs = 20;
    private readonly int _batchSize = 64;
    private readonly double _learningRate = 1e-3;

    /// <summary>How many labelled training examples to use, drawn with classes in equal number; null (the default) uses all.</summary>
    /// <value>At least 2, at most the number of training examples.</value>
    public int? Labels
    {
        get => _labels;
        init
        {
            if (value is { } labels)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(labels, 2, nameof(Labels));
            }

            _labels = value;
        }
    }

    /// <summary>How often to repeat.</summary>
    /// <value>At least 1; default 1.</value>
    public int Repeats
    {
        get => _repeats;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Repeats));
            _repeats = value;
        }
    }

    /// <summary>Base seed of every draw. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Passes over the labelled examples.</summary>
    /// <value>At least 1; default 20.</value>
    public int Epochs
    {
        get => _epochs;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Epochs));
            _epochs = value;
        }
    }

    /// <summary>Examples per step; the last partial batch is dropped.</summary>
    /// <value>At least 2; default 64.</value>
    public int BatchSize
    {
        get => _batchSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(BatchSize));
            _batchSize = value;
        }
    }

    /// <summary>Learning rate of Adam (betas 0.9 and 0.999), decayed to 0 by a cosine.</summary>
    /// <value>Finite and positive; default 1e-3.</value>
    public double LearningRate
    {
        get => _learningRate;
        init
        {
            if (!double.IsFinite(value) || value <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(LearningRate), value, "Expected a finite, positive learning rate.");
            }

            _learningRate = value;
        }
    }

    /// <summary>Trains and tests.</summary>
    /// <param name="createEncoder">Makes an untrained encoder from a seed; this object disposes it.</param>
    /// <param name="train">Examples to train on.</param>
    /// <param name="test">Examples to measure the accuracy on.</param>
    /// <param name="feature">The feature that the linear classifier reads, as in <see cref="EncoderOutput.Features"/>. Default "global".</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>The result with its protocol.</returns>
    /// <exception cref="ArgumentException">There are fewer training examples than labels or a batch, or the encoder gives no such feature.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ProbeResult Evaluate(
        Func<int, Encoder> createEncoder,
        LabelledData train,
        LabelledData test,
        string feature = EncoderOutput.GlobalFeature,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createEncoder);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        int labels = Labels ?? train.Count;
        if (labels > train.Count || labels < BatchSize)
        {
            throw new ArgumentException(
                $"Expected between {BatchSize} (one batch) and {train.Count} (the training examples) labels, got {labels}.", nameof(train));
        }

        long start = Stopwatch.GetTimestamp();
        int classes = Math.Max(train.ClassCount, test.ClassCount);
        var accuracies = new double[Repeats];
        int[] predictions = [];
        var random = new Random(Seed);
        for (int r = 0; r < Repeats; r++)
        {
            int seed = random.Next();
            int[] rows = labels < train.Count ? StratifiedDraw.Balanced(train.Labels, labels, new Random(seed)) : [.. Enumerable.Range(0, train.Count)];
            using Encoder encoder = createEncoder(seed) ?? throw new ArgumentException("Expected an encoder, got null.", nameof(createEncoder));
            predictions = TrainAndPredict(encoder, train, rows, test, classes, feature, seed, cancellationToken);
            accuracies[r] = predictions.Zip(test.Labels, (p, l) => p == l).Count(right => right) / (double)test.Count;
        }

        return new ProbeResult
        {
            Probe = "supervised",
            Feature = feature,
            FeatureCount = 0,
            Labels = labels,
            TrainCount = train.Count,
            TestCount = test.Count,
            ClassCount = classes,
            Seed = Seed,
            Accuracies = accuracies,
            HyperParameters = string.Create(CultureInfo.InvariantCulture, $"{Epochs} epochs, batches of {BatchSize}, Adam {LearningRate:G3} with cosine decay"),
            Confusion = Probe.Confusion(test.Labels, predictions, classes),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    private int[] TrainAndPredict(
        Encoder encoder, LabelledData train, int[] rows, LabelledData test, int classes, string feature, int seed, CancellationToken cancellationToken)
    {
        Parameter? first = ((nn.Module)encoder).parameters().FirstOrDefault();
        (ScalarType dtype, Device device) = (first?.dtype ?? ScalarType.Float32, first?.device ?? CPU);
        var order = new Random(Initialization.Derive(seed, purpose: 1));
        int steps = rows.Length / BatchSize, total = steps * Epochs;
        using Linear head = nn.Linear(FeatureWidth(encoder, train, feature, dtype, device), classes, device: device, dtype: dtype);
        Initialization.Reset(head, Initialization.Derive(seed, purpose: 2));
        using optim.Optimizer optimizer = optim.Adam([.. ((nn.Module)encoder).parameters(), .. head.parameters()], LearningRate);
        encoder.train();
        for (int epoch = 0, step = 0; epoch < Epochs; epoch++)
        {
            order.Shuffle(rows);
            for (int batch = 0; batch < steps; batch++, step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                int[] indices = rows[(batch * BatchSize)..((batch + 1) * BatchSize)];
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = LearningRate * 0.5 * (1 + Math.Cos(Math.PI * step / total));
                }

                Tensor logits = head.call(Feature(encoder, train.Inputs, indices, feature, dtype, device));
                Tensor loss = nn.functional.cross_entropy(logits, tensor(indices.Select(i => (long)train.Labels[i]).ToArray(), device: device));
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            }
        }

        encoder.eval();
        using var noGrad = no_grad();
        var predictions = new List<int>(test.Count);
        foreach (int[] indices in Enumerable.Range(0, test.Count).Chunk(256))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor classOf = head.call(Feature(encoder, test.Inputs, indices, feature, dtype, device)).argmax(1).cpu();
            predictions.AddRange(classOf.data<long>().Select(c => (int)c));
        }

        return [.. predictions];
    }

    private static long FeatureWidth(Encoder encoder, LabelledData train, string feature, ScalarType dtype, Device device)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        encoder.eval();
        return Feature(encoder, train.Inputs, [0, 1], feature, dtype, device).shape[1];
    }

    private static Tensor Feature(Encoder encoder, IBatchSource inputs, int[] indices, string feature, ScalarType dtype, Device device)
    {
        Tensor batch = inputs.GetBatch(indices);
        EncoderOutput output = encoder.call(encoder.TakesIndices ? batch.to(device) : batch.to(dtype, device));
        return output.Features.TryGetValue(feature, out Tensor? values)
            ? values.flatten(1)
            : throw new ArgumentException($"Expected a feature of the encoder, one of {string.Join(", ", output.Features.Keys)}; got \"{feature}\".", nameof(feature));
    }
}
