using InfoMax.Critics;
using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Information.Tasks;
using InfoMax.Objectives;
using InfoMax.Priors;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Extension.Tests;

/// <summary>Estimators of our own.</summary>
internal static class OwnEstimators
{
    /// <summary>
    /// An f-divergence from two formulas: the symmetric Kullback–Leibler (Jeffreys) divergence. Its perfect critic is the log density
    /// ratio.
    /// </summary>
    public static DivergenceEstimator Jeffreys() => new(
        "jeffreys",
        ScoreFunction.From(u => u - u.neg().exp(), u => 1 + u.neg().exp()),
        ScoreFunction.From(u => u + u.exp(), u => 1 + u.exp()));

    /// <summary>An f-divergence without derivatives: TorchSharp finds them.</summary>
    public static DivergenceEstimator Tanh() => new("own-divergence", ScoreFunction.From(u => u.tanh()), new TanhFunction());

    /// <summary>A score function as a class.</summary>
    private sealed class TanhFunction : ScoreFunction
    {
        public override Tensor Value(Tensor scores) => scores.tanh();
    }
}

/// <summary>An estimator with a partition function per global vector: InfoNCE in which each negative counts twice.</summary>
internal sealed class TemperedEstimator() : MIEstimator("tempered", BoundKind.LowerBound, BoundKind.LowerBound)
{
    private static readonly ContrastFunction Tempered = ContrastFunction.From((u, s) => u - logaddexp(u, s + Math.Log(2.0)));

    public override Tensor Objective(ScoreMatrix scores) => scores.MeanContrast(Tempered);

    public override Tensor Estimate(ScoreMatrix scores) => Objective(scores).add(Math.Log(1.0 + (2.0 * scores.NegativesPerGlobal)));
}

/// <summary>A baseline.</summary>
internal sealed class MeanBaseline() : Baseline(nameof(MeanBaseline))
{
    protected override Tensor LogValue(ScoreMatrix scores) => scores.GlobalVectors()!.mean([2], keepdim: true);
}

/// <summary>A critic: minus the squared distance of linear projections, which stay factored.</summary>
internal sealed class DistanceCritic : Critic
{
    [ComponentName(Name = "local")]
    private readonly Linear _local;

    [ComponentName(Name = "global")]
    private readonly Linear _global;

    public DistanceCritic(long channels, long units)
        : base(nameof(DistanceCritic))
    {
        _local = nn.Linear(channels, 6);
        _global = nn.Linear(units, 6);
        RegisterComponents();
    }

    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals)
    {
        Tensor x = _local.call(local.ToRows()), g = _global.call(globals);
        Tensor one = ones(g.shape[0], 1), many = ones(x.shape[0], 1);
        return ScoreMatrix.FactoredRows(
            cat([g * 2, g.square().sum(1, keepdim: true).neg(), one], 1),
            cat([x, many, x.square().sum(1, keepdim: true).neg()], 1),
            local.BatchSize);
    }
}

/// <summary>A prior: two bumps for each unit.</summary>
internal sealed class BimodalPrior : Prior
{
    public override string Name => "bimodal";

    public override Tensor Sample(long count, long units, Generator generator) =>
        randn(count, units, generator: generator) * 0.2 + (rand(count, units, generator: generator).gt(0.5).to(ScalarType.Float32) * 2) - 1;

    public override Tensor Squash(Tensor codes) => codes.tanh() * 1.5;
}

/// <summary>An encoder for sequences <c>[N, 2, length]</c>.</summary>
internal sealed class SequenceEncoder : Encoder
{
    [ComponentName(Name = "conv")]
    private readonly Conv1d _conv;

    [ComponentName(Name = "code")]
    private readonly Linear _code;

    public SequenceEncoder()
        : base(nameof(SequenceEncoder))
    {
        _conv = nn.Conv1d(2, 8, 3, bias: false);
        _code = nn.Linear(8, 5);
        RegisterComponents();
    }

    public override IReadOnlyList<long> InputShape => [2, -1];

    protected override EncoderOutput Encode(Tensor input)
    {
        Tensor map = nn.functional.relu(_conv.call(input));
        return new EncoderOutput(new LocalFeatureMap(map), _code.call(map.mean([2])));
    }
}

/// <summary>Initial weights that are all the same.</summary>
internal sealed class ConstantWeights(double value) : WeightInitialization
{
    public override void Fill(Tensor weight, Tensor? bias, Generator generator)
    {
        weight.fill_(value);
        bias?.fill_(value);
    }
}

/// <summary>An objective: codes of unit variance.</summary>
internal sealed class UnitVariance() : Objective("variance")
{
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        Tensor variance = output.Global.var(0, unbiased: false);
        return new ObjectiveResult(
            (variance - 1).square().mean(), metrics: new Dictionary<string, Tensor> { ["mean"] = variance.detach().mean() });
    }
}

/// <summary>
/// A method to compare with: the code predicts the power of the input and the frequency that follows from the example's index.
/// </summary>
internal sealed class WaveMethod : IRepresentationMethod
{
    public string Name => "wave";

    public IReadOnlyList<Objective> Create(EncoderSignature shape, int? seed = null) =>
        shape.ExampleCount is > 0 ? [new WaveTerm()] : throw new ArgumentException("Expected the number of examples.", nameof(shape));

    private sealed class WaveTerm() : Objective("wave")
    {
        protected override ObjectiveResult Evaluate(EncoderOutput output)
        {
            Tensor power = output.Input!.square().mean([1, 2]), speed = Waves.Speed(output.ExampleIndices!.to(output.Global.dtype));
            return new ObjectiveResult(
                (output.Global.select(1, 0) - power).square().mean() + (output.Global.select(1, 1) - speed).square().mean());
        }
    }
}

/// <summary>A source of sequences that are made as they are asked for: a wave of its own frequency for each index.</summary>
internal sealed class Waves(int count, int length) : IBatchSource
{
    public int Count => count;

    public IReadOnlyList<long> ExampleShape => [2, length];

    public static Tensor Speed(Tensor indices) => indices.mul(0.37).remainder(3.0).add(0.1);

    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        using var scope = NewDisposeScope();
        Tensor time = arange(length, dtype: ScalarType.Float32);
        Tensor speed = Speed(tensor(indices.ToArray(), dtype: ScalarType.Float32)).unsqueeze(1);
        return scope.MoveToOuter(stack([(time * speed).sin(), (time * speed).cos() * speed], 1));
    }
}

/// <summary>A task with known mutual information: a fair coin seen through noise that never lies.</summary>
internal sealed class CoinTask() : MutualInformationTask("coin", 1, 1, Math.Log(2))
{
    protected override (Tensor X, Tensor Y) Draw(long count, Generator generator)
    {
        Tensor coin = rand(count, 1, generator: generator).gt(0.5).to(ScalarType.Float32) * 2 - 1;
        return (coin + (rand(count, 1, generator: generator) * 0.5), coin + (rand(count, 1, generator: generator) * 0.5));
    }
}
