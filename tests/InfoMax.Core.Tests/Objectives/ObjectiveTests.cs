using InfoMax.Critics;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Objectives;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Objectives;

public sealed class ObjectiveTests
{
    [Fact]
    public void Objectives_OfAConstantEncoder_HaveTheirClosedForms()
    {
        using var scope = NewDisposeScope();
        EncoderOutput Constant() => new(new LocalFeatureMap(ones(5, 3, 6)), ones(5, 4, 6));
        using EncoderOutput output = With(Constant(), Constant());
        var estimator = new InfoNceEstimator();
        using var views = new TwoViewInfoMax(new BilinearCritic(3, 4, seed: 1), estimator, seed: 1);
        using var modalities = new CrossModalInfoMax(new BilinearCritic(4, 4, seed: 1), estimator);
        using var sequence = new SequenceInfoMax(new BilinearCritic(3, 4, seed: 1), estimator, seed: 1) { Horizon = 2 };
        using var graph = new DeepGraphInfoMax(3, 4, estimator, seed: 1);
        // All scores are equal: one positive among the four other examples' six locations, six codes, two steps; and one corrupted node.
        foreach ((Objective objective, int negatives) in new (Objective, int)[] { (views, 24), (modalities, 24), (sequence, 8),
            (graph, 1) })
        {
            objective.call(output).Loss.item<float>().Should().BeApproximately(MathF.Log(1 + negatives), 1e-5f, objective.TermName);
        }
    }

    private static EncoderOutput With(EncoderOutput first, EncoderOutput second) =>
        new(first.Local, first.Global, first.Features) { Paired = second };
}
