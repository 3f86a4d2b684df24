using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Priors;
using InfoMax.Training;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>
/// A small run that has everything a checkpoint must hold: batch normalization, dropout from the global generator, generators of its own,
/// sampled locations, a moving average in an estimator, an adversary.
/// </summary>
internal static class ToyTraining
{
    public const int Examples = 36;
    public const int StepsPerEpoch = 4;

    public static Tensor Data()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(9);
        return scope.MoveToOuter(
            rand([Examples, 1, 1, 1], generator: generator).add(randn([Examples, 1, 8, 8], generator: generator).mul(0.1)));
    }

    public static Encoder Encoder(int seed = 1, bool norm = true, double dropout = 0.1)
    {
        // TorchSharp's layers draw their weights from the global generator.
        manual_seed(seed);
        return new OccludingEncoder(new Small(norm, dropout), block: 3, seed: seed);
    }

    public static Encoder Bare(bool norm, double dropout) => new Small(norm, dropout);

    public static DimTrainer Trainer(Encoder encoder, Tensor data, int epochs) => new DimTrainer(encoder, data)
        .Local(new MineEstimator(), units: 8, locations: 4)
        .Prior(Prior.Uniform)
        .BatchSize(8).Epochs(epochs).Seed(5).LearningRate(1e-3);

    /// <summary>Every bit of a module.</summary>
    public static byte[] Bits(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return [.. module.state_dict()
            .OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.detach().cpu().contiguous().bytes.ToArray())];
    }

    private sealed class Small : Encoder
    {
        [ComponentName(Name = "conv")]
        private readonly Conv2d _conv = nn.Conv2d(1, 6, 3, stride: 2, padding: 1);

        [ComponentName(Name = "norm")]
        private readonly BatchNorm2d? _norm;

        [ComponentName(Name = "dropout")]
        private readonly Dropout _dropout;

        [ComponentName(Name = "code")]
        private readonly Linear _code = nn.Linear(6 * 16, 5);

        public Small(bool norm, double dropout)
            : base("small")
        {
            _norm = norm ? nn.BatchNorm2d(6) : null;
            _dropout = nn.Dropout(dropout);
            RegisterComponents();
        }

        protected override EncoderOutput Encode(Tensor input)
        {
            Tensor map = _conv.call(input);
            map = (_norm is null ? map : _norm.call(map)).tanh();
            return new EncoderOutput(new LocalFeatureMap(map), _code.call(_dropout.call(map.flatten(1))), new Dictionary<string,
                Tensor>
            { ["conv"] = map.flatten(1) });
        }
    }
}
