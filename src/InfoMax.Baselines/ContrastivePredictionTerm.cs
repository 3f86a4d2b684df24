using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Foundation;
using InfoMax.Objectives;
using InfoMax.Randomness;
using InfoMax.Scores;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Baselines;

/// <summary>
/// The loss of CPC on a map of patches: a network of convolutions that look upwards makes a context vector for each location from its row
/// and those above; for each distance k a linear map of the context is scored by a dot product against the local vectors k rows below, and
/// InfoNCE asks for the right one among all of the batch's, those of the same image included. The loss is the mean over distances. Metrics:
/// "nats", the mean reading of InfoNCE.
/// </summary>
internal sealed class ContrastivePredictionTerm : Objective
{
    private const int Depth = 3;

    private readonly InfoNceEstimator _estimator = new();

    [ComponentName(Name = "context")]
    private readonly ModuleList<Conv2d> _context;

    [ComponentName(Name = "predictions")]
    private readonly ModuleList<Linear> _predictions;

    /// <summary>Creates the objective.</summary>
    /// <param name="localChannels">Channels per location, C, 1 or more.</param>
    /// <param name="horizon">Number of distances, 1 or more.</param>
    /// <param name="gap">Rows left out below each location, 0 or more.</param>
    /// <param name="seed">Seed of the weights; null draws them from TorchSharp's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public ContrastivePredictionTerm(long localChannels, int horizon = 5, int gap = 1, int? seed = null)
        : base("cpc", ObjectiveNeeds.None)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(localChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        (LocalChannels, Horizon, Gap) = (localChannels, horizon, gap);
        _context = new ModuleList<Conv2d>(
            [.. Enumerable.Range(0, Depth).Select(_ => nn.Conv2d(localChannels, localChannels, (2L, 3L), padding: (0L, 1L), bias: false))]);
        _predictions = new ModuleList<Linear>(
            [.. Enumerable.Range(0, horizon).Select(_ => nn.Linear(localChannels, localChannels, hasBias: false))]);
        RegisterComponents();
        Initialization.Reset(this, RandomStream.Of(seed, "contrastive predictive coding"));
    }

    /// <summary>Channels per location.</summary>
    public long LocalChannels { get; }

    /// <summary>Number of distances: rows Gap + 1 to Gap + Horizon below are predicted.</summary>
    public int Horizon { get; }

    /// <summary>Rows left out below each location.</summary>
    public int Gap { get; }

    /// <summary>Context vectors of a map: each from its own row and the rows above it.</summary>
    /// <param name="map">Local vectors <c>[N, C, H, W]</c>.</param>
    /// <returns>Contexts <c>[N, C, H, W]</c>; they belong to the caller or its dispose scope.</returns>
    /// <exception cref="ArgumentException">The map has another shape.</exception>
    public Tensor Context(Tensor map)
    {
        TensorGuard.NotDisposed(map);
        TensorGuard.HasShape(map, [-1, LocalChannels, -1, -1]);
        using var scope = NewDisposeScope();
        Tensor context = map;
        foreach (Conv2d layer in _context)
        {
            // A row of zeros above, none below: kernels of two rows see their own row and the one above.
            context = context + layer.call(nn.functional.pad(nn.functional.relu(context), [0, 0, 1, 0]));
        }

        return scope.MoveToOuter(context);
    }

    /// <inheritdoc/>
    protected override ObjectiveResult Evaluate(EncoderOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Tensor map = output.Local.Values;
        if (map.dim() != 4 || map.shape[1] != LocalChannels || map.shape[2] <= Gap + Horizon)
        {
            throw new ArgumentException(
                $"Expected a map [N, {LocalChannels}, H, W] of more than {Gap + Horizon} rows, got {TensorGuard.Describe(map)}.",
                nameof(output));
        }

        Tensor context = Context(map);
        long rows = map.shape[2];
        var terms = new List<ObjectiveResult>();
        for (int step = 0; step < Horizon; step++)
        {
            long distance = Gap + step + 1;
            Tensor predicted = _predictions[step].call(Vectors(context.narrow(2, 0, rows - distance)));
            using ScoreMatrix scores = ScoreMatrix.Factored(predicted, Vectors(map.narrow(2, distance, rows - distance)));
            terms.Add(MutualInformationTerm.Evaluate(_estimator, scores, Weight / Horizon, clip: null));
        }

        return MutualInformationTerm.Mean(terms);
    }

    /// <summary>Every location as an example of its own, <c>[N·H·W, C]</c>.</summary>
    private static Tensor Vectors(Tensor map) => map.permute(0, 2, 3, 1).reshape(-1, map.shape[1]);
}
