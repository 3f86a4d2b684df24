using InfoMax.Estimators;
using InfoMax.Scores;
using InfoMax.Tests.Support;
using static TorchSharp.torch;

namespace InfoMax.Core.Tests.Estimators;

/// <summary>Losses and gradients against reference values, factored and dense, in double and single precision.</summary>
public sealed class GoldenLossTests
{
    private static readonly Dictionary<string, MIEstimator> Estimators = new MIEstimator[]
    {
        new JensenShannonEstimator(), new DonskerVaradhanEstimator(), new InfoNceEstimator(), DivergenceEstimator.Gan,
        DivergenceEstimator.ReverseKullbackLeibler, DivergenceEstimator.SquaredHellinger, DivergenceEstimator.Pearson, new NwjEstimator(),
    }.ToDictionary(e => e is NwjEstimator ? "kullback-leibler" : e.Name);

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        for (int c = 0; c < Golden.ScoreCases.Count; c++)
        {
            foreach (string name in Estimators.Keys)
            {
                data.Add(c, name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Objective_FactoredInDouble_MatchesGolden(int index, string name) =>
        Check(index, name, ScalarType.Float64, dense: false, 1e-9);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Objective_DenseInDouble_MatchesGolden(int index, string name) => Check(index, name, ScalarType.Float64, dense: true, 1e-9);

    // Scores of 35 carry an error of 2e-6, and so do exponentials of them, relatively.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Objective_FactoredInSingle_MatchesGoldenToRounding(int index, string name) =>
        Check(index, name, ScalarType.Float32, dense: false, name == "reverse-kl" ? 5e-6 : 2e-6);

    private static void Check(int index, string name, ScalarType dtype, bool dense, double tolerance)
    {
        ScoreCase c = Golden.ScoreCases[index];
        ScoreLoss expected = c.Losses[name];
        using var scope = NewDisposeScope();
        Tensor locals = tensor(c.LocalFeatures, dtype: dtype).view(c.Batch, c.Units, c.Locations).requires_grad_(true);
        Tensor globals = tensor(c.GlobalFeatures, dtype: dtype).view(c.Batch, c.Units, c.Globals).requires_grad_(true);
        using ScoreMatrix scores = dense
            ? ScoreMatrix.Dense(einsum("idk,jdl->ikjl", globals, locals))
            : ScoreMatrix.Factored(globals, locals);

        Tensor loss = Estimators[name].Objective(scores).neg();
        loss.backward();

        loss.to(ScalarType.Float64).item<double>().Should().BeApproximately(
            expected.Loss, tolerance * Math.Max(1, Math.Abs(expected.Loss)));
        RelativeError(locals.grad!, expected.GradLocal).Should().BeLessThan(tolerance);
        RelativeError(globals.grad!, expected.GradGlobal).Should().BeLessThan(tolerance);
    }

    private static double RelativeError(Tensor actual, double[] expected)
    {
        double[] values = actual.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        values.Should().HaveCount(expected.Length);
        return values.Zip(expected, (a, e) => Math.Abs(a - e)).Max() / Math.Max(1e-12, expected.Max(Math.Abs));
    }
}
