using System.Globalization;
using InfoMax.Data;
using InfoMax.Randomness;

namespace InfoMax.Training;

/// <summary>
/// The order of the examples in each epoch: a pure function of the seed and the epoch, so that a checkpoint needs only a position.
/// </summary>
internal sealed class EpochOrder(int seed, int count)
{
    private Random _random = Start(seed);
    private int[] _order = [];
    private int _epoch;

    /// <summary>The order of an epoch, from 1. Epochs in succession cost one shuffle each.</summary>
    public int[] Of(int epoch)
    {
        if (epoch < _epoch)
        {
            (_random, _epoch) = (Start(seed), 0);
        }

        for (; _epoch < epoch; _epoch++)
        {
            _order = BatchIndices.Shuffled(count, _random);
        }

        return _order;
    }

    /// <summary>
    /// A short text that tells orders apart. Checkpoints hold it, since another version of the runtime might shuffle differently.
    /// </summary>
    public string Fingerprint(int epoch)
    {
        ulong hash = 14695981039346656037;
        foreach (int index in Of(epoch))
        {
            hash = (hash ^ (uint)index) * 1099511628211;
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static Random Start(int seed) => RandomStream.Of(seed, "epoch order").Random();
}
