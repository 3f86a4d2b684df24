using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>
/// A <see cref="ConcatCritic"/> that is 1-Lipschitz in the pair of vectors by construction, for the Wasserstein distance: every weight
/// matrix is divided by an upper bound of its spectral norm, √(‖W‖₁·‖W‖∞), where that exceeds 1. Scores are dense.
/// </summary>
/// <remarks>
/// The bound is not tight, so the distance found is a lower one. Activations sort each pair of units, which keeps gradients at norm 1.
/// Source: Anil et al., 2019.
/// </remarks>
public sealed class LipschitzCritic : Critic
{
    private readonly PairRows _pairs;

    [ComponentName(Name = "first")]
    private readonly Linear _first;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    /// <summary>Creates the critic, with two hidden layers.</summary>
    /// <param name="localChannels">Channels of a local vector (x in estimation), 1 or more.</param>
    /// <param name="globalUnits">Units of a global vector (y in estimation), 1 or more.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, even, 2 or more; default 64.</param>
    /// <param name="seed">Seed of the initial weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below its least value or odd.</exception>
    public LipschitzCritic(long localChannels, long globalUnits, long hiddenUnits = 64, int? seed = null)
        : base(nameof(LipschitzCritic))
    {
        _pairs = new PairRows(localChannels, globalUnits);
        if (hiddenUnits < 2 || hiddenUnits % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(hiddenUnits), hiddenUnits, "Expected an even number of at least 2.");
        }

        _first = nn.Linear(localChannels + globalUnits, hiddenUnits);
        _hidden = nn.Linear(hiddenUnits, hiddenUnits);
        _output = nn.Linear(hiddenUnits, 1);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "Lipschitz critic"));
    }

    /// <inheritdoc/>
    public override bool IsLipschitz => true;

    /// <inheritdoc/>
    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals) => _pairs.Score(local, globals, ScoreRows);

    private ScoreMatrix ScoreRows(Tensor globalRows, Tensor localRows, long batchSize)
    {
        // The columns of the first matrix belong to the global vector, then to the local one.
        Tensor weight = Bounded(_first.weight!);
        Tensor globals = globalRows.mm(weight.narrow(1, 0, _pairs.GlobalUnits).t());
        Tensor locals = localRows.mm(weight.narrow(1, _pairs.GlobalUnits, _pairs.LocalChannels).t()).add(_first.bias!);
        (Tensor hidden, Tensor output) = (Bounded(_hidden.weight!), Bounded(_output.weight!));
        Tensor scores = PairRows.InBlocks(globals, locals.numel(), rows =>
        {
            Tensor second = SortPairs(nn.functional.linear(SortPairs(rows.unsqueeze(1).add(locals.unsqueeze(0))), hidden, _hidden.bias));
            return nn.functional.linear(second, output, _output.bias);
        });
        return ScoreMatrix.Dense(
            scores.view(batchSize, globalRows.shape[0] / batchSize, batchSize, localRows.shape[0] / batchSize),
            globalRows.view(batchSize, -1, _pairs.GlobalUnits),
            localRows.view(batchSize, -1, _pairs.LocalChannels));
    }

    private static Tensor Bounded(Tensor weight)
    {
        using var scope = NewDisposeScope();
        Tensor magnitudes = weight.abs();
        Tensor bound = magnitudes.sum([0]).max().mul(magnitudes.sum([1]).max()).sqrt();
        return scope.MoveToOuter(weight.div(bound.clamp(min: 1.0)));
    }

    private static Tensor SortPairs(Tensor values)
    {
        using var scope = NewDisposeScope();
        Tensor[] halves = values.chunk(2, dim: -1);
        return scope.MoveToOuter(cat([maximum(halves[0], halves[1]), minimum(halves[0], halves[1])], dim: -1));
    }
}
