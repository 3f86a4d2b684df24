using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Priors;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Measures;

/// <summary>Trains the network of a <see cref="NeuralDependencyMeasure"/> and keeps the best.</summary>
internal sealed class DependencyTraining : IDisposable
{
    private readonly NeuralDependencyMeasure _options;
    private readonly CancellationToken _cancellation;
    private readonly Generator _generator;
    private readonly MIEstimator _estimator;
    private readonly PriorDiscriminator _network;
    private readonly Tensor _mean;
    private readonly Tensor _factor;
    private readonly Tensor _training;
    private readonly Tensor _validation;
    private TensorCopies? _best;

    /// <summary>
    /// Splits the codes, and scales units to mean 0 and deviation 1, which leaves dependence as it is; within the caller's dispose
    /// scope.
    /// </summary>
    public DependencyTraining(NeuralDependencyMeasure options, Tensor codes, CancellationToken cancellation)
    {
        (_options, _cancellation) = (options, cancellation);
        RandomStream stream = RandomStream.Of(options.Seed, "dependency measure");
        _generator = stream.Of("codes").Generator();
        _estimator = options.Estimator();
        _network = new PriorDiscriminator(codes.shape[1], seed: stream.Of("network").Seed());
        _network.to(codes.device);
        _estimator.State?.to(codes.device);
        using var noGrad = no_grad();
        long validation = Math.Clamp((long)Math.Round(codes.shape[0] * options.ValidationFraction), 2, codes.shape[0] - 2);
        Tensor order = randperm(codes.shape[0], generator: _generator).to(codes.device);
        Tensor training = codes.index_select(0, order.narrow(0, validation, codes.shape[0] - validation));
        Tensor deviation = training.std(0, unbiased: false);
        _mean = training.mean([0], keepdim: true);
        _factor = where(deviation.gt(1e-12), deviation.clamp(min: 1e-12).reciprocal(), ones_like(deviation));
        _training = Scale(training);
        _validation = Scale(codes.index_select(0, order.narrow(0, 0, validation)));
    }

    public string EstimatorName => _estimator.Name;

    /// <summary>Trains; returns the epochs run and the best one.</summary>
    public (int Epochs, int Best) Run()
    {
        Parameter[] parameters = [.. _network.parameters(), .. _estimator.State?.parameters() ?? []];
        using var descent = new Descent(Descent.Adam(parameters, _options.LearningRate), parameters)
        {
            Schedule = LearningRateSchedule.AfterEpochs(0.1, _options.DecayEpochs, _training.shape[0] / BatchSize),
            Cancellation = _cancellation,
        };
        double best = double.NegativeInfinity;
        int bestEpoch = 0, epoch = 0;
        while (epoch < _options.Epochs && epoch - bestEpoch < _options.Patience)
        {
            Train(descent);
            epoch++;
            double value = Value(_validation, _options.Readout);
            if (value > best || _best is null)
            {
                (best, bestEpoch) = (value, epoch);
                _best?.Renew();
                _best ??= TensorCopies.OfState(new nn.Module?[] { _network, _estimator.State }.OfType<nn.Module>());
            }
        }

        descent.CheckWeights();
        _best?.Restore();
        return (epoch, bestEpoch);
    }

    /// <summary>Values of codes, each with another shuffling.</summary>
    public double[] Read(Tensor codes, int times)
    {
        using var scope = NewDisposeScope();
        Tensor scaled = Scale(codes);
        return [.. Enumerable.Range(0, times).Select(_ => Value(scaled, _options.Readout))];
    }

    /// <summary>The most that the readout can give of so many codes.</summary>
    public double Ceiling(Tensor codes)
    {
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = ScoreMatrix.Sampled(zeros(codes.shape[0], 1, 1), zeros(codes.shape[0], 1, 1, 1));
        return _options.Readout.Ceiling(scores);
    }

    public void Dispose()
    {
        _network.Dispose();
        _generator.Dispose();
        _best?.Dispose();
    }

    private long BatchSize => Math.Min(_options.BatchSize, _training.shape[0]);

    private void Train(Descent descent)
    {
        using var scope = NewDisposeScope();
        Tensor order = randperm(_training.shape[0], generator: _generator).to(_training.device);
        long size = BatchSize;
        for (long start = 0; start + size <= _training.shape[0]; start += size)
        {
            using var step = NewDisposeScope();
            Tensor codes = _training.index_select(0, order.narrow(0, start, size));
            descent.Step(() => Loss(codes));
        }
    }

    private Tensor Loss(Tensor codes)
    {
        using ScoreMatrix scores = Scores(codes);
        return _estimator.Objective(scores).neg();
    }

    private double Value(Tensor codes, MIEstimator reader)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using ScoreMatrix scores = Scores(codes);
        return reader.EstimateTransferred(scores, _estimator).to(ScalarType.Float64).item<double>();
    }

    /// <summary>Codes are the positives, and codes with each unit shuffled by itself the negatives.</summary>
    private ScoreMatrix Scores(Tensor codes)
    {
        Tensor places = rand(codes.shape, generator: _generator).to(codes.device).argsort(0);
        Tensor own = _network.call(codes), shuffled = _network.call(codes.gather(0, places));
        return ScoreMatrix.Sampled(own.view(-1, 1, 1), shuffled.view(-1, 1, 1, 1));
    }

    private Tensor Scale(Tensor codes) => (codes - _mean) * _factor;
}
