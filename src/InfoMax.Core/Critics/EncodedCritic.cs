using InfoMax.Encoders;
using InfoMax.Foundation;
using InfoMax.Scores;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InfoMax.Critics;

/// <summary>See <see cref="Critic.Encoded"/>.</summary>
internal sealed class EncodedCritic : Critic
{
    private readonly long[] _exampleShape;

    [ComponentName(Name = "network")]
    private readonly nn.Module<Tensor, Tensor> _network;

    [ComponentName(Name = "critic")]
    private readonly Critic _critic;

    public EncodedCritic(IReadOnlyList<long> exampleShape, nn.Module<Tensor, Tensor> network, Critic critic)
        : base(nameof(EncodedCritic))
    {
        ArgumentNullException.ThrowIfNull(exampleShape);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(critic);
        if (exampleShape.Count == 0 || exampleShape.Any(size => size < 1))
        {
            throw new ArgumentException($"Expected sizes of at least 1, got {TensorGuard.Shape(exampleShape)}.", nameof(exampleShape));
        }

        _exampleShape = [.. exampleShape];
        (_network, _critic) = (network, critic);
        RegisterComponents();
    }

    protected override ScoreMatrix Score(LocalFeatureMap local, Tensor globals)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(globals);
        if (local.Channels != _exampleShape.Aggregate(1L, (product, size) => product * size))
        {
            throw new ArgumentException(
                $"Expected local variables of shape {TensorGuard.Shape(_exampleShape)}, flattened, " +
                $"got {TensorGuard.Describe(local.Values)}.",
                nameof(local));
        }

        using var scope = NewDisposeScope();
        Tensor vectors = _network.call(local.ToRows().view([local.BatchSize * local.Locations, .. _exampleShape]));
        TensorGuard.HasShape(vectors, [local.BatchSize * local.Locations, -1], nameof(local));
        ScoreMatrix scores = _critic.call(new LocalFeatureMap(vectors.view(local.BatchSize, local.Locations, -1).transpose(1, 2)), globals);
        scores.MoveToOuter(scope);
        return scores;
    }
}
