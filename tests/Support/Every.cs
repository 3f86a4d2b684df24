using InfoMax.Estimators;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>One of each estimator of InfoMax.Core.</summary>
internal static class Every
{
    public static IReadOnlyList<MIEstimator> Estimator()
    {
        // Its moving average would make the gradient depend on the calls before; MineEstimatorTests has it move.
        var mine = new MineEstimator();
        mine.State.eval();
        return
        [
            new JensenShannonEstimator(), DivergenceEstimator.Gan, new NwjEstimator(), DivergenceEstimator.ReverseKullbackLeibler,
                DivergenceEstimator.SquaredHellinger,
            DivergenceEstimator.Pearson, DivergenceEstimator.TotalVariation, DivergenceEstimator.Wasserstein,
            new DonskerVaradhanEstimator(), mine, new SmileEstimator(0.7),
            new InfoNceEstimator(), new TubaEstimator(), new TubaEstimator(new NormBaseline(pairs: false)),
                new InterpolatedEstimator(0.3, new NormBaseline(pairs: false)),
            new InterpolatedEstimator(1.0), new FloEstimator(new NormBaseline(pairs: true)),
        ];
    }

    /// <summary>A baseline that any vectors have, with gradients to them: minus half the squared norm of the global vector, plus a tenth of
    /// the local one's sum for pairs.</summary>
    internal sealed class NormBaseline(bool pairs) : Baseline(nameof(NormBaseline))
    {
        public bool Pairs => pairs;

        public static double Global(IEnumerable<double> vector) => -0.5 * vector.Sum(v => v * v);

        public static double Pair(IEnumerable<double> global, IEnumerable<double> local) => Global(global) + (0.1 * local.Sum());

        protected override Tensor LogValue(ScoreMatrix scores)
        {
            Tensor? globals = scores.GlobalVectors(), locals = scores.LocalVectors();
            if (globals is null || locals is null)
            {
                return zeros(scores.BatchSize, scores.Globals, 1);
            }

            Tensor log = globals.square().sum(2, keepdim: true).mul(-0.5);
            return pairs ? log + locals.sum(2).unsqueeze(1).mul(0.1) : log;
        }
    }
}
