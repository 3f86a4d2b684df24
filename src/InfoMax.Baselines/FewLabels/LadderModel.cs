using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Randomness;
using static TorchSharp.torch;

namespace InfoMax.Baselines.FewLabels;

/// <summary>
/// The network of <see cref="LadderNetwork"/>: a way up that is run with and without noise, a way down that reconstructs each level of the
/// run without noise from the run with it, and the costs of the reconstructions.
/// </summary>
/// <remarks>
/// Level 0 is the input. Saved names: <c>level_l</c> for the levels above it, <c>combine_l</c> for the denoising functions.
/// </remarks>
internal sealed class LadderModel : nn.Module<Tensor, Tensor>
{
    private readonly IReadOnlyList<LadderStep> _steps;
    private readonly List<LadderLevel> _levels = [];
    private readonly Dictionary<int, GaussianCombinator> _combinators = [];
    private readonly double[] _weights;
    private readonly double _deviation;
    private readonly Generator _noise;

    /// <summary>Builds the network.</summary>
    /// <param name="steps">The levels above the input.</param>
    /// <param name="weights">Weight of each level's cost, from the input upwards, one for each step and one for the input.</param>
    /// <param name="deviation">Standard deviation of the noise.</param>
    /// <param name="initial">Initial weights of steps that have none of their own.</param>
    /// <param name="seed">Seed of initial weights and noise.</param>
    public LadderModel(
        IReadOnlyList<LadderStep> steps, IReadOnlyList<double> weights, double deviation, WeightInitialization initial, int seed)
        : base(NativeBackend.Checked(nameof(LadderModel)))
    {
        (_steps, _weights, _deviation) = (steps, [.. weights], deviation);
        int lowest = Array.FindIndex(_weights, weight => weight > 0);
        RandomStream stream = RandomStream.Of(seed, "ladder network");
        using Generator generator = stream.Of("weights").Generator();
        for (int l = 0; l <= steps.Count; l++)
        {
            if (l > 0)
            {
                _levels.Add(new LadderLevel(steps[l - 1], l == steps.Count, lowest >= 0 && l > lowest, initial, generator));
                register_module($"level_{l}", _levels[^1]);
            }

            if (lowest >= 0 && l >= lowest)
            {
                _combinators[l] = new GaussianCombinator(Own(l));
                register_module($"combine_{l}", _combinators[l]);
            }
        }

        _noise = stream.Of("noise").Generator();
    }

    /// <summary>The lowest level that is reconstructed; one above the top if there is none.</summary>
    private int Lowest => _combinators.Count > 0 ? _combinators.Keys.Min() : _steps.Count + 1;

    /// <summary>
    /// Logits <c>[N, classes]</c> without noise: in evaluation mode by the running statistics, in training mode by those of the batch.
    /// </summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Rise(input, noisy: false, follow: false).Logits);
    }

    /// <summary>Logits <c>[N, classes]</c> with noise, by the statistics of the batch.</summary>
    public Tensor NoisyLogits(Tensor input)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(Rise(input, noisy: true, follow: false).Logits);
    }

    /// <summary>
    /// The cost of each level's reconstruction, from the lowest that has one: squared errors summed over units, divided by their number and
    /// averaged over examples. Running statistics follow.
    /// </summary>
    public IReadOnlyDictionary<int, Tensor> Costs(Tensor input)
    {
        using var scope = NewDisposeScope();
        Path clean = Rise(input, noisy: false, follow: true);
        var costs = new Dictionary<int, Tensor>();
        if (Lowest > _steps.Count)
        {
            return costs;
        }

        Path noisy = Rise(input, noisy: true, follow: false);
        Tensor above = nn.functional.softmax(noisy.Logits, 1);
        for (int l = _steps.Count; l >= Lowest; l--)
        {
            Tensor lateral = IsFlattened(l) ? noisy.Values[l].flatten(1) : noisy.Values[l];
            Tensor reconstruction = _combinators[l].call(lateral, BatchMoments.Of(above).Normalize(above)).view(noisy.Values[l].shape);
            Tensor compared = clean.Moments[l] is { } moments ? moments.Normalize(reconstruction) : reconstruction;
            costs[l] = scope.MoveToOuter((compared - clean.Values[l]).square().mean());
            above = l > Lowest ? _levels[l - 1].Descend(reconstruction) : above;
        }

        return costs;
    }

    /// <summary>The weighted sum of the costs, a scalar.</summary>
    public Tensor DenoisingLoss(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor sum = zeros(1, dtype: input.dtype, device: input.device).squeeze();
        foreach ((int level, Tensor cost) in Costs(input))
        {
            sum += cost * _weights[level];
        }

        return scope.MoveToOuter(sum);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _noise.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Which units of a level have parameters of their own in its denoising function: all where the level above sees a vector, channels
    /// otherwise.
    /// </summary>
    private long[] Own(int level)
    {
        IReadOnlyList<long> shape = level == 0 ? _steps[0].Below : _steps[level - 1].Shape;
        return IsFlattened(level) ? [shape.Aggregate((product, size) => product * size)] : [shape[0], .. shape.Skip(1).Select(_ => 1L)];
    }

    private bool IsFlattened(int level) => level < _steps.Count && _steps[level].Flattens;

    /// <summary>The normalized values of every level, with noise if there is any, and the moments they were normalized by.</summary>
    private Path Rise(Tensor input, bool noisy, bool follow)
    {
        TensorGuard.HasShape(input, [-1, .. _steps[0].Below]);
        Tensor values = noisy ? Corrupted(input) : input;
        var path = new Path([values], [null], values);
        Tensor activations = values;
        foreach (LadderLevel level in _levels)
        {
            Tensor raw = level.Rise(activations);
            if (follow)
            {
                level.Follow(raw);
            }

            BatchMoments? moments = training || noisy ? BatchMoments.Of(raw) : null;
            Tensor normalized = moments is { } batch ? batch.Normalize(raw) : level.NormalizeByRunning(raw);
            values = noisy ? Corrupted(normalized) : normalized;
            activations = level.Activate(values);
            path.Values.Add(values);
            path.Moments.Add(moments);
        }

        return path with { Logits = activations };
    }

    private Tensor Corrupted(Tensor values)
    {
        using var scope = NewDisposeScope();
        return scope.MoveToOuter(values + randn(values.shape, generator: _noise).to(values.dtype, values.device).mul(_deviation));
    }

    private sealed record Path(List<Tensor> Values, List<BatchMoments?> Moments, Tensor Logits);
}
