using System.Diagnostics;
using System.Globalization;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Numerics;
using InfoMax.Objectives;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Training;

/// <summary>One run: builds loss and optimiser, and walks the epochs.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly Encoder _encoder;
    private readonly IBatchSource _data;
    private readonly TrainerSettings _settings;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly ILogger _logger;
    private readonly Device _device;
    private readonly ScalarType _dtype;
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer _optimizer;
    private readonly MetricAverages _averages = new();
    private readonly Stopwatch _clock = new();
    private long _step;
    private long _reportedStep;
    private TimeSpan _reportedAt;

    public TrainingRun(Encoder encoder, IBatchSource data, TrainerSettings settings, IProgress<TrainingProgress>? progress, ILogger logger)
    {
        (_encoder, _data, _settings, _progress, _logger) = (encoder, data, settings, progress, logger);
        Parameter? first = ((nn.Module)encoder).parameters().FirstOrDefault();
        _device = settings.Device ?? first?.device ?? CPU;
        _dtype = first?.dtype ?? ScalarType.Float32;
        // To the device before the optimiser exists: it knows parameters by their handles, which a move replaces.
        encoder.to(_device);
        Loss = BuildLoss();
        _parameters = [.. ((nn.Module)encoder).parameters().Concat(Loss.parameters()).Where(p => p.requires_grad)];
        _optimizer = settings.Optimizer is { } create
            ? create(_parameters)
            : optim.Adam(_parameters, settings.LearningRate, beta1: 0.5, beta2: 0.999, eps: 1e-8);
    }

    public DimLoss Loss { get; }

    private int StepsPerEpoch => _data.Count / _settings.BatchSize;

    public TrainingResult Train(CancellationToken cancellationToken)
    {
        TrainerLog.Started(
            _logger, _data.Count, _settings.Epochs, _settings.BatchSize, _parameters.Sum(p => p.numel()), _device.ToString(), _settings.Seed);
        var order = new Random(Initialization.Derive(_settings.Seed, purpose: 100));
        var epochs = new List<EpochSummary>();
        _encoder.train();
        Loss.train();
        _clock.Start();
        try
        {
            for (int epoch = 1; epoch <= _settings.Epochs && !cancellationToken.IsCancellationRequested; epoch++)
            {
                epochs.Add(TrainEpoch(epoch, order, cancellationToken));
            }
        }
        finally
        {
            _encoder.eval();
            Loss.eval();
        }

        StopReason reason = _step == (long)StepsPerEpoch * _settings.Epochs ? StopReason.Completed : StopReason.Cancelled;
        TrainerLog.Ended(_logger, _step, _clock.Elapsed, reason);
        return new TrainingResult(reason, epochs, _step, _clock.Elapsed, _settings.Seed);
    }

    public void Dispose()
    {
        _averages.Dispose();
        _optimizer.Dispose();
    }

    private EpochSummary TrainEpoch(int epoch, Random random, CancellationToken cancellationToken)
    {
        TimeSpan start = _clock.Elapsed;
        int[] order = BatchIndices.Shuffled(_data.Count, random);
        for (int step = 0; step < StepsPerEpoch && !cancellationToken.IsCancellationRequested; step++)
        {
            TrainStep(epoch, order.AsSpan(step * _settings.BatchSize, _settings.BatchSize), lastOfEpoch: step == StepsPerEpoch - 1);
        }

        int steps = _averages.Steps;
        IReadOnlyDictionary<string, double> means = _averages.Take();
        TimeSpan elapsed = _clock.Elapsed - start;
        if (_logger.IsEnabled(LogLevel.Information))
        {
            TrainerLog.EpochDone(_logger, epoch, _settings.Epochs, elapsed, Text(means));
        }

        return new EpochSummary(epoch, steps, means, elapsed);
    }

    private void TrainStep(int epoch, ReadOnlySpan<int> indices, bool lastOfEpoch)
    {
        using var scope = NewDisposeScope();
        Tensor batch = ToDevice(_data.GetBatch(indices));
        EncoderOutput output = _encoder.call(batch);
        // An encoder may give other than one row for each example; then there is nothing to go with a row.
        if (output.Local.BatchSize == batch.shape[0])
        {
            output = output.WithInput(batch).WithExamples(Indices(indices, i => i));
        }

        if (_settings.Labels is { } labels)
        {
            output = output.WithLabels(Indices(indices, i => labels[i]));
        }

        DimLossResult result = Loss.call(output);
        bool reports = (_step + 1) % _settings.ReportEvery == 0 || lastOfEpoch;
        // On the CPU looking costs nothing; elsewhere it would make every step wait, so only reporting steps look.
        if (reports || _device.type == DeviceType.CPU)
        {
            CheckFinite(result, epoch, reports);
        }

        _optimizer.zero_grad();
        result.Total.backward();
        _optimizer.step();
        _step++;
        _averages.Add(result.Metrics.Append(KeyValuePair.Create("total", result.Total)));
        if (reports && _progress is not null)
        {
            Report(epoch, result.ReadMetrics());
        }
    }

    private void CheckFinite(DimLossResult result, int epoch, bool everyTerm)
    {
        double total = result.Total.detach().cpu().to(ScalarType.Float64).item<double>();
        if (double.IsFinite(total) && !everyTerm)
        {
            return;
        }

        foreach ((string term, double value) in result.ReadMetrics())
        {
            if (!double.IsFinite(value))
            {
                TrainerLog.Diverged(_logger, term, value, _step + 1);
                throw new TrainingDivergedException(term, value, _step + 1, epoch);
            }
        }
    }

    private void Report(int epoch, IReadOnlyDictionary<string, double> metrics)
    {
        TimeSpan now = _clock.Elapsed;
        long total = (long)StepsPerEpoch * _settings.Epochs;
        double seconds = Math.Max((now - _reportedAt).TotalSeconds, 1e-9);
        double rate = (_step - _reportedStep) * _settings.BatchSize / seconds;
        (_reportedStep, _reportedAt) = (_step, now);
        _progress!.Report(new TrainingProgress(epoch, _settings.Epochs, _step, total, rate, now, now / _step * (total - _step), metrics));
    }

    private DimLoss BuildLoss()
    {
        int[] firstTwo = [0, 1];
        using var scope = NewDisposeScope();
        Tensor batch = _data.GetBatch(firstTwo);
        TensorGuard.Finite(batch, "data");
        EncoderSignature signature = EncoderSignature.Of(_encoder, ToDevice(batch)) with { Examples = _data.Count };
        // First, since it may find fault with the encoder, and nothing else has been made yet.
        Classification? classification = _settings.Classifier is { } c ? Classifier(c.Feature, c.Classes ?? _settings.Labels!.Max() + 1, c.Weight, signature) : null;
        List<Objective> objectives = [.. _settings.Objectives.SelectMany((create, i) => create(signature, Initialization.Derive(_settings.Seed, purpose: 200 + i)))];
        if (classification is not null)
        {
            objectives.Add(classification);
        }

        var loss = new DimLoss([.. objectives]);
        loss.to(_dtype);
        loss.to(_device);
        return loss;
    }

    private Classification Classifier(string feature, int classes, double weight, EncoderSignature signature)
    {
        if (!signature.FeatureShapes.TryGetValue(feature, out IReadOnlyList<long>? shape))
        {
            throw new ArgumentException(
                $"Training cannot start: the classifier is to see the feature \"{feature}\", the encoder gives {string.Join(", ", signature.FeatureShapes.Keys)}.");
        }

        long size = shape.Aggregate(1L, (product, length) => product * length);
        return new Classification(size, classes, feature, seed: Initialization.Derive(_settings.Seed, purpose: 199)) { Weight = weight };
    }

    /// <summary>A batch on the device of the encoder and of its dtype; indices keep theirs.</summary>
    private Tensor ToDevice(Tensor batch) => batch.is_floating_point() ? batch.to(_dtype, _device) : batch.to(_device);

    private Tensor Indices(ReadOnlySpan<int> examples, Func<int, long> number)
    {
        long[] numbers = new long[examples.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = number(examples[i]);
        }

        return tensor(numbers, device: _device);
    }

    private static string Text(IReadOnlyDictionary<string, double> metrics) =>
        string.Join(", ", metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:G4}")));
}
