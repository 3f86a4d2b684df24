using InfoMax.Data;
using InfoMax.Encoders;
using InfoMax.Estimators;
using InfoMax.Priors;
using InfoMax.Training;
using static TorchSharp.torch;

namespace InfoMax.Tests.Support;

/// <summary>Gives a batch with NaN at certain fetches; the first fetch is the look at two examples before the run.</summary>
internal sealed class Poisoned(IReadOnlyCollection<int> at) : IBatchSource
{
    private int _fetch = -2;

    public static DimTrainer Trainer(Encoder encoder, IBatchSource source) => new DimTrainer(encoder, source)
        .Local(new InfoNceEstimator(), units: 8).Prior(Prior.Uniform).BatchSize(8).Epochs(3).Seed(1);

    public int Count => ToyTraining.Examples;

    public IReadOnlyList<long> ExampleShape => [1, 8, 8];

    public Tensor GetBatch(ReadOnlySpan<int> indices)
    {
        using Tensor data = ToyTraining.Data();
        Tensor batch = data.index_select(0, tensor(indices.ToArray(), ScalarType.Int64));
        return at.Contains(++_fetch) ? batch.mul_(float.NaN) : batch;
    }
}
