using InfoMax.Baselines.FewLabels;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Geometry;
using InfoMax.Evaluation.Measures;
using InfoMax.Evaluation.Probes;
using InfoMax.Foundation;
using InfoMax.Tests.Support;

namespace InfoMax.Baselines.Tests;

/// <summary>The options that docs/evaluation.md lists are those that there are, with their defaults.</summary>
public sealed class EvaluationDocumentTests
{
    private static readonly object[] Options =
    [
        new LinearProbe(), new SvmProbe(), new NonlinearProbe(), new KnnProbe(), new Retrieval(), new FineTuning(), new SupervisedBaseline(), new VirtualAdversarialTraining(), new LadderNetwork(),
        new Reconstruction(), new StructuralSimilarity(), new NeuralDependencyMeasure(), new InputInformation(), new TSne(), new FeatureExtractor(),
    ];

    [Fact]
    public void Document_ListsEveryOptionWithItsDefault()
    {
        string document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "evaluation.md")).ReplaceLineEndings("\n");
        string listed = document.Split("## Options and their defaults\n")[1].Split("```text\n")[1].Split("```")[0];
        listed.Should().Be(string.Concat(Options.Select(options => RecordText.Of(options) + "\n")));
    }
}
