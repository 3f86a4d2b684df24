using InfoMax.Data;

namespace InfoMax.Training;

/// <content>The batches of a run.</content>
internal sealed partial class TrainingRun
{
    private BatchPrefetcher OpenFeed(CancellationToken cancellationToken) =>
        new(_data, Plan(_epoch, _stepInEpoch), _descent.Position, _settings.FeedWorkers, _settings.FeedAhead, cancellationToken);

    /// <summary>The batches from a position on.</summary>
    private IEnumerable<int[]> Plan(int epoch, int stepInEpoch)
    {
        var order = new EpochOrder(_settings.Seed, _data.Count);
        for (; epoch <= _settings.Epochs; epoch++, stepInEpoch = 0)
        {
            int[] all = order.Of(epoch);
            for (; stepInEpoch < StepsPerEpoch; stepInEpoch++)
            {
                yield return all[(stepInEpoch * _settings.BatchSize)..((stepInEpoch + 1) * _settings.BatchSize)];
            }
        }
    }
}
