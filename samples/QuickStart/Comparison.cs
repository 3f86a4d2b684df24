using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;
using Spectre.Console;

namespace InfoMax.QuickStart;

/// <summary>Linear probes on raw pixels and on every feature before and after, and the same network trained with labels alone.</summary>
internal sealed class Comparison(QuickStartOptions options, IAnsiConsole console)
{
    public ProbeTable Run(
        SampleData data,
        (FeatureCollection Train, FeatureCollection Test) before,
        (FeatureCollection Train, FeatureCollection Test) after,
        Func<int, Encoder> createEncoder,
        CancellationToken cancellationToken)
    {
        using LabeledData train = data.Train.ToLabeled(), test = data.Test!.ToLabeled();
        int few = Math.Min(options.Labels, train.Count);
        int[] labels = few < train.Count ? [few, train.Count] : [train.Count];
        var table = new ProbeTable(labels);
        console.Status().Start("Probing…", status =>
        {
            ProbeResult Linear(FeatureSet trainFeatures, FeatureSet testFeatures, int count, string name)
            {
                status.Status($"Probing {name} with {count} labels…");
                return new LinearProbe { LabelCount = count, Repeats = count == few ? options.Repeats : Math.Min(options.Repeats, 2), Seed = options.Seed }.Evaluate(trainFeatures, testFeatures, cancellationToken);
            }

            using (FeatureSet rawTrain = FeatureSet.FromInputs(train), rawTest = FeatureSet.FromInputs(test))
            {
                table.Add("raw pixels", string.Empty, labels.Select(l => Linear(rawTrain, rawTest, l, "raw pixels")));
            }

            foreach ((string group, (FeatureCollection trainSets, FeatureCollection testSets)) in new[] { ("untrained", before), ("DIM", after) })
            {
                foreach (string feature in trainSets.Keys)
                {
                    table.Add(group, feature, labels.Select(l => Linear(trainSets[feature], testSets[feature], l, $"{group} {feature}")));
                }
            }

            if (options.Supervised)
            {
                table.Add("labels alone", "same network", labels.Select(l => Supervised(l, l == few ? Math.Min(options.Repeats, 2) : 1)));
            }

            ProbeResult? Supervised(int count, int repeats)
            {
                status.Status($"Training the same network with {count} labels alone…");
                int epochs = Math.Clamp(14_000 / count, 4, 10);
                return count < 64 ? null : new SupervisedBaseline { LabelCount = count, Repeats = repeats, Seed = options.Seed, Epochs = epochs }
                    .Evaluate(createEncoder, train, test, cancellationToken: cancellationToken);
            }
        });
        return table;
    }
}
