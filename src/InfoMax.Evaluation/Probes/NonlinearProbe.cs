using System.Globalization;
using InfoMax.Evaluation.Features;
using InfoMax.Foundation;
using InfoMax.Optimization;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Evaluation.Probes;

/// <summary>The paper's non-linear probe: one hidden layer with dropout and batch normalization, trained with Adam.</summary>
/// <remarks>
/// linear (hidden units, with bias) → dropout → batch normalization → ReLU → linear (classes); cross-entropy; the reported accuracy is the
/// mean of the test accuracies after each of the last epochs (Hjelm et al. 2019, section 4.1, and the released code). Features are
/// standardized by the training rows. Weights, dropout and the order of rows come from generators of the probe's own. The defaults are a
/// twentieth of the published length; <see cref="Paper"/> is the whole.
/// </remarks>
public sealed class NonlinearProbe : Probe
{
    private readonly int _hiddenUnits = 200;
    private readonly double _dropout = 0.1;
    private readonly int _epochs = 50;
    private readonly double _learningRate = 1e-3;
    private readonly IReadOnlyList<int> _decayEpochs = [25, 40];
    private readonly double _decayFactor = 0.1;
    private readonly int _batchSize = 64;
    private readonly int _averagedEpochs = 5;

    /// <summary>
    /// The protocol of the paper: 1000 epochs, rate 10⁻⁴ divided by 10 after 50 and after 100 epochs, mean over the last 100.
    /// </summary>
    /// <param name="labelCount">Number of labeled training rows; null for all. See <see cref="Probe.LabelCount"/>.</param>
    /// <param name="repeats">Number of repeats. See <see cref="Probe.Repeats"/>.</param>
    /// <param name="seed">Base seed of every random draw.</param>
    /// <param name="device">See <see cref="Device"/>.</param>
    public static NonlinearProbe Paper(int? labelCount = null, int repeats = 1, int seed = 0, Device? device = null) => new()
    {
        LabelCount = labelCount,
        Repeats = repeats,
        Seed = seed,
        Device = device,
        Epochs = 1000,
        LearningRate = 1e-4,
        DecayEpochs = [50, 100],
        AveragedEpochs = 100,
    };

    /// <inheritdoc/>
    public override string Name => "non-linear";

    /// <summary>Units of the hidden layer.</summary>
    /// <value>At least 1. Default 200.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int HiddenUnits
    {
        get => _hiddenUnits;
        init => _hiddenUnits = OptionGuard.AtLeast(1, value, nameof(HiddenUnits));
    }

    /// <summary>Share of hidden units dropped in training.</summary>
    /// <value>From 0 to below 1. Default 0.1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Outside its range.</exception>
    public double Dropout
    {
        get => _dropout;
        init => _dropout = OptionGuard.Share(value, nameof(Dropout));
    }

    /// <summary>Passes over the training rows.</summary>
    /// <value>At least 1. Default 50; published 1000.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Epochs
    {
        get => _epochs;
        init => _epochs = OptionGuard.AtLeast(1, value, nameof(Epochs));
    }

    /// <summary>Adam's learning rate at the start.</summary>
    /// <value>Above 0. Default 10⁻³; published 10⁻⁴.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double LearningRate
    {
        get => _learningRate;
        init => _learningRate = OptionGuard.Positive(value, nameof(LearningRate));
    }

    /// <summary>After how many epochs the rate is multiplied by <see cref="DecayFactor"/>, once for each entry.</summary>
    /// <value>Numbers of at least 1; those beyond <see cref="Epochs"/> do nothing. Default 25 and 40; published 50 and 100.</value>
    /// <exception cref="ArgumentOutOfRangeException">An entry is less than 1.</exception>
    public IReadOnlyList<int> DecayEpochs
    {
        get => _decayEpochs;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(DecayEpochs));
            _decayEpochs = [.. value.Select(epoch => OptionGuard.AtLeast(1, epoch, nameof(DecayEpochs)))];
        }
    }

    /// <summary>Factor of each decay.</summary>
    /// <value>Above 0. Default 0.1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Not a finite number above 0.</exception>
    public double DecayFactor
    {
        get => _decayFactor;
        init => _decayFactor = OptionGuard.Positive(value, nameof(DecayFactor));
    }

    /// <summary>Rows per step. A last batch of one row is left out of its epoch: it cannot be normalized.</summary>
    /// <value>At least 2. Default 64.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int BatchSize
    {
        get => _batchSize;
        init => _batchSize = OptionGuard.AtLeast(2, value, nameof(BatchSize));
    }

    /// <summary>Over how many of the last epochs the test accuracy is averaged.</summary>
    /// <value>At least 1; all epochs if there are fewer. Default 5; published 100.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int AveragedEpochs
    {
        get => _averagedEpochs;
        init => _averagedEpochs = OptionGuard.AtLeast(1, value, nameof(AveragedEpochs));
    }

    /// <summary>
    /// Where the network is trained; null (the default) for the CPU. Features stay where they are, a copy is moved. Random numbers
    /// are those of the CPU in any case.
    /// </summary>
    /// <remarks>Checked when the probe runs: a device that is not there is an <see cref="ArgumentException"/>.</remarks>
    public Device? Device { get; init; }

    /// <inheritdoc/>
    protected override (IReadOnlyList<int> Predictions, string HyperParameters, double? Accuracy) Run(
        FeatureSet train, FeatureSet test, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        Device device = DeviceGuard.Available(Device, nameof(Device));
        using var scope = NewDisposeScope();
        using Standardizer standardizer = Standardizer.Fit(train.Values);
        Tensor rows = standardizer.Apply(train.Values, ScalarType.Float32).to(device);
        Tensor testRows = standardizer.Apply(test.Values, ScalarType.Float32).to(device);
        Tensor labels = tensor(train.Labels!.ToArray(), ScalarType.Int64, device);
        Tensor testLabels = tensor(test.Labels!.ToArray(), ScalarType.Int64, device);
        int classes = Math.Max(train.ClassCount, test.ClassCount);
        using var generator = RandomStream.Of(seed, "non-linear probe").Generator();
        using var network = new NonlinearClassifier(train.FeatureCount, HiddenUnits, classes, Dropout, generator, device);
        long perEpoch = (train.Count - 2 + BatchSize) / BatchSize;
        using var descent = new Descent(Descent.Adam(network.Parameters, LearningRate), network.Parameters)
        {
            Schedule = LearningRateSchedule.AfterEpochs(DecayFactor, DecayEpochs, perEpoch),
            Cancellation = cancellationToken,
        };
        var accuracies = new List<double>();
        Tensor predictions = zeros_like(testLabels);
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            Tensor order = randperm(train.Count, ScalarType.Int64, generator: generator).to(device);
            for (long start = 0; start < train.Count - 1; start += BatchSize)
            {
                using var step = NewDisposeScope();
                Tensor chosen = order.narrow(0, start, Math.Min(BatchSize, train.Count - start));
                descent.Step(
                    () => nn.functional.cross_entropy(network.Train(rows.index_select(0, chosen)), labels.index_select(0, chosen)));
            }

            if (epoch > Epochs - AveragedEpochs)
            {
                predictions.copy_(network.Predict(testRows));
                accuracies.Add(predictions.eq(testLabels).sum().item<long>() / (double)test.Count);
            }
        }

        descent.CheckWeights();
        string settings = string.Create(
            CultureInfo.InvariantCulture, $"{HiddenUnits} units, dropout {Dropout}, {Epochs} epochs, mean of the last {accuracies.Count}");
        return ([.. predictions.cpu().data<long>().ToArray().Select(p => (int)p)], settings, accuracies.Average());
    }
}
