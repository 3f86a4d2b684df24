using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// The loss of NAT: the squared distance on the unit sphere between the code of an example, divided by its length, and the example's
/// target, in [0, 4]. In training mode the targets of a batch are first assigned to its examples such that the sum of the distances is
/// least (an exact assignment, by shortest augmenting paths). Metrics: "moved", the share of the batch that got another target.
/// </summary>
/// <remarks>
/// The output must say which examples it holds, <see cref="EncoderOutput.ExampleIndices"/>. Targets and their assignment are saved with the
/// objective: one row of floats for each example of the data.
/// </remarks>
internal sealed class NoiseTargetTerm : Objective, IExtraState
{
    [ComponentName(Name = "targets")]
    private readonly Tensor _targets;

    [ComponentName(Name = "assignment")]
    private readonly Tensor _assignment;

    private int _assignEvery = 1;
    private long _steps;

    /// <summary>Creates the objective.</summary>
    /// <param name="examples">Number of examples in the data, 1 or more.</param>
    /// <param name="globalUnits">Units of a code, 1 or more.</param>
    /// <param name="seed">Seed of the targets; null draws it from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public NoiseTargetTerm(int examples, long globalUnits, int? seed = null)
        : base("nat", ObjectiveNeeds.ExampleIndices)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(globalUnits, 1);
        using Generator generator = RandomStream.OfSeedOrGlobal(seed, "noise as targets").Generator();
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor drawn = randn(examples, globalUnits, generator: generator);
            _targets = drawn.div(drawn.norm(1, keepdim: true).clamp(min: 1e-12)).DetachFromDisposeScope();
            _assignment = arange(examples, ScalarType.Int64).DetachFromDisposeScope();
        }

        RegisterComponents();
    }

    /// <summary>Steps between assignments.</summary>
    /// <value>At least 1; default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int AssignEvery
    {
        get => _assignEvery;
        init => _assignEvery = OptionGuard.AtLeast(1, value, nameof(AssignEvery));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> GetExtraState() => new Dictionary<string, Tensor> { ["steps"] = tensor(_steps) };

    /// <inheritdoc/>
    public void SetExtraState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.TryGetValue("steps", out Tensor? steps) || steps.dtype != ScalarType.Int64 || steps.numel() != 1)
        {
            throw new ArgumentException("Expected the number of steps as one int64, \"steps\".", nameof(state));
        }

        _steps = steps.item<long>();
    }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor examples = output.ExampleIndices ?? throw new ArgumentException(
            "Expected the numbers of the examples with the encoder's output: the trainer passes them; otherwise call "
            + "output.WithExampleIndices(indices).",
            nameof(output));
        Tensor code = nn.functional.normalize(InputOf.Code(output, _targets.shape[1]), dim: 1);
        long[] batch = examples.cpu().data<long>().ToArray();
        if (batch.Any(i => i < 0 || i >= _targets.shape[0]) || batch.Distinct().Count() != batch.Length)
        {
            throw new ArgumentException(
                $"Expected examples in [0, {_targets.shape[0]}), none twice, got "
                + $"{string.Join(", ", batch.Take(8))}{(batch.Length > 8 ? ", …" : "")}.",
                nameof(output));
        }

        Tensor rows = _assignment.index_select(0, examples), moved = zeros([], code.dtype, code.device);
        if (training && _steps++ % AssignEvery == 0)
        {
            Tensor similarity = matmul(code.detach(), _targets.index_select(0, rows).to(code.dtype).t());
            int[] chosen = LinearAssignment.Solve(similarity.neg().to(ScalarType.Float64).cpu());
            Tensor best = rows.index_select(0, tensor(chosen.Select(c => (long)c).ToArray(), device: rows.device));
            moved = best.ne(rows).to(code.dtype).mean();
            _assignment.index_copy_(0, examples, best);
            rows = best;
        }

        Tensor loss = (code - _targets.index_select(0, rows).to(code.dtype)).square().sum(1).mean();
        return new ObjectiveResult(loss, metrics: new Dictionary<string, Tensor> { ["moved"] = moved });
    }
}
