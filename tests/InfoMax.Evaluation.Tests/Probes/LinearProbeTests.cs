using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.Probes;

namespace InfoMax.Evaluation.Tests.Probes;

public sealed class LinearProbeTests
{
    [Fact]
    public void Evaluate_HyperParameters_SayWhereCComesFrom()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 30, 20, 3, 3.0);
        using (train)
        using (test)
        {
            ProbeResult chosen = new LinearProbe { LabelCount = 30, Repeats = 4, Seed = 2 }.Evaluate(train, test);
            chosen.HyperParameters.Should().MatchRegex("C=[^ ]+ chosen on 6 of 30 training rows");
            // Each repeat is named once, with what it had.
            chosen.HyperParameters.Split(" | ").Select(
                part => part[(part.LastIndexOf("repeat", StringComparison.Ordinal) + 6)..].Trim('s', ' ', ')'))
                .SelectMany(list => list.Split(", ")).Order().Should().Equal("1", "2", "3", "4");
            new LinearProbe { C = 0.1 }.Evaluate(train, test).HyperParameters.Should().Be("C=0.1 given");
            new LinearProbe { Candidates = [0.1] }.Evaluate(train, test).HyperParameters.Should().Be("C=0.1 as the only candidate");
            new LinearProbe { LabelCount = 3 }.Evaluate(train, test).HyperParameters
                .Should().Be("C=0.01 as the middle candidate, with no row to hold back");
        }
    }

    [Fact]
    public void Fit_ClassifierAsText_IsOneLine()
    {
        (FeatureSet train, FeatureSet test) = Blobs.Pair(60, 30, 5, 3, 3.0);
        using (train)
        using (test)
        {
            new LinearProbe { C = 0.5 }.Fit(train).ToString()
                .Should().MatchRegex("^linear classifier of 5 features into 3 classes: C=0.5, [0-9]+ iterations, converged$");
        }
    }
}
