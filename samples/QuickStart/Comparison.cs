using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;
using InfoMax.Evaluation.FewLabels;
using InfoMax.Evaluation.Probes;

namespace InfoMax.QuickStart;

/// <summary>Linear probes on raw pixels and on every feature before and after training, and the same network trained with labels
/// alone.</summary>
internal sealed class Comparison(QuickStartOptions options, SampleData data, Func<int, Encoder> createEncoder)
{
    public ProbeTable Run(SampleFeatures before, SampleFeatures after, Action<string> say, CancellationToken cancellationToken)
    {
        using LabeledData train = data.Train.ToLabeled(), test = data.Test!.ToLabeled();
        int few = Math.Min(options.Labels, train.Count);
        int[] labels = few < train.Count ? [few, train.Count] : [train.Count];
        var table = new ProbeTable(labels);
        using (FeatureSet rawTrain = FeatureSet.FromInputs(train), rawTest = FeatureSet.FromInputs(test))
        {
            table.Add("raw pixels", string.Empty, labels.Select(l => Linear(rawTrain, rawTest, l, "raw pixels")));
        }

        foreach ((string group, SampleFeatures features) in new[] { ("untrained", before), ("DIM", after) })
        {
            foreach (string name in features.Train.Keys)
            {
                FeatureSet trainSet = features.Train[name], testSet = features.Test![name];
                table.Add(group, name, labels.Select(l => Linear(trainSet, testSet, l, $"{group} {name}")));
            }
        }

        if (options.Supervised)
        {
            table.Add("labels alone", "same network", labels.Select(l => Supervised(l, l == few ? Math.Min(options.Repeats, 2) : 1)));
        }

        return table;

        ProbeResult Linear(FeatureSet trainFeatures, FeatureSet testFeatures, int count, string name)
        {
            say($"Probing {name} with {count} labels…");
            int repeats = count == few ? options.Repeats : Math.Min(options.Repeats, 2);
            return new LinearProbe { LabelCount = count, Repeats = repeats, Seed = options.Seed }
                .Evaluate(trainFeatures, testFeatures, cancellationToken);
        }

        ProbeResult? Supervised(int count, int repeats)
        {
            if (count < 64)
            {
                return null;
            }

            say($"Training the same network with {count} labels alone…");
            int epochs = Math.Clamp(14_000 / count, 4, 10);
            return new SupervisedBaseline { LabelCount = count, Repeats = repeats, Seed = options.Seed, Epochs = epochs }
                .Evaluate(createEncoder, train, test, cancellationToken: cancellationToken);
        }
    }
}
