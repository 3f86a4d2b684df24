using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// A conditional model as a critic: the score is log q(global | local), the log-likelihood of a Gaussian with independent units whose means
/// and variances a network tells from the local vector. For <see cref="ClubEstimator"/> and <see cref="LeaveOneOutEstimator"/>.
/// </summary>
/// <remarks>
/// The log-likelihood is an inner product of functions of either side, so scores stay factored. Log-variances lie between −10 and 10; scale
/// the variables to unit size. In float32 a score carries the rounding of its largest term, y²/(2σ²).
/// </remarks>
public sealed class GaussianCritic : Critic
{
    private readonly PairRows _pairs;

    private const double LogVarianceLimit = 10.0;

    [ComponentName(Name = "network")]
    private readonly Sequential _network;

    /// <summary>Creates the critic.</summary>
    /// <param name="localChannels">Channels of a local vector (x in estimation), 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector (y in estimation), 1 or more.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, 1 or more; default 256.</param>
    /// <param name="hiddenLayers">Number of hidden layers, 1 or more; default 2.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GaussianCritic(long localChannels, long globalUnits, long hiddenUnits = 256, int hiddenLayers = 2, int? seed = null)
        : base(nameof(GaussianCritic))
    {
        _pairs = new PairRows(localChannels, globalUnits);
        Perceptron.CheckSizes(hiddenUnits, hiddenLayers);
        _network = Perceptron.Create(localChannels, hiddenUnits, hiddenLayers, 2 * globalUnits, RandomStream.Of(seed, "Gaussian critic"));
        RegisterComponents();
    }

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals) => _pairs.Score(local, globals, ScoreRows);

    private ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize)
    {
        Tensor[] outputs = _network.call(localRows).chunk(2, dim: 1);
        (Tensor mean, Tensor logVariance) = (outputs[0], outputs[1].div(LogVarianceLimit).tanh().mul(LogVarianceLimit));
        Tensor precision = logVariance.neg().exp();
        // −½ Σ ((y − μ)²/σ² + log σ² + log 2π), by powers of y.
        Tensor constant = (mean.square() * precision + logVariance + Math.Log(2.0 * Math.PI)).sum(1, keepdim: true).mul(-0.5);
        Tensor locals = cat([precision.mul(-0.5), mean * precision, constant], 1);
        Tensor globals = cat(
            [globalRows.square(), globalRows, ones(globalRows.shape[0], 1, dtype: globalRows.dtype, device: globalRows.device)], 1);
        return ScoreMatrix.FactoredRows(globals, locals, batchSize);
    }
}
