using InfoMax.Critics;
using InfoMax.Estimators;
using InfoMax.Information.Tasks;
using InfoMax.Randomness;
using InfoMax.Scores;
using static TorchSharp.torch;

namespace InfoMax.Information;

/// <summary>Reads values from pairs that training did not see.</summary>
internal static class HeldOut
{
    /// <summary>The mean of a reading over batches of equal size.</summary>
    public static double Mean(Critic critic, SamplePairs pairs, int batchSize, Func<ScoreMatrix, Tensor> read)
    {
        double sum = 0;
        List<(long Start, long Count)> batches = Batches(pairs.Count, batchSize);
        foreach ((long start, long count) in batches)
        {
            using var scope = NewDisposeScope();
            using ScoreMatrix scores = CriticTraining.Scores(critic, pairs.X.narrow(0, start, count), pairs.Y.narrow(0, start, count));
            sum += read(scores).to(ScalarType.Float64).item<double>();
        }

        return sum / batches.Count;
    }

    /// <summary>The reading with its spread over pairs, the critic held fixed.</summary>
    /// <remarks>
    /// Each resample is a random half of every batch, drawn without replacement, since a pair drawn twice would meet itself as a negative.
    /// The variance of a mean over half of the pairs about that over all is the variance of the latter about its expectation, so the spread
    /// of the halves is that of the value.
    /// </remarks>
    public static (double Value, double Low, double High, double StandardError, double Ceiling) Read(
        Critic critic, SamplePairs pairs, MutualInformationOptions options, MIEstimator reader, Func<ScoreMatrix, Tensor> read)
    {
        using var noGrad = no_grad();
        List<(long Start, long Count)> batches = Batches(pairs.Count, options.EvaluationBatchSize);
        double value = 0, ceiling = 0;
        double[] halves = new double[options.ResampleCount];
        using Generator generator = RandomStream.Of(options.Seed, "held-out pairs").Of("resamples").Generator();
        foreach ((long start, long count) in batches)
        {
            using var scope = NewDisposeScope();
            using ScoreMatrix scores = CriticTraining.Scores(critic, pairs.X.narrow(0, start, count), pairs.Y.narrow(0, start, count));
            value += read(scores).to(ScalarType.Float64).item<double>() / batches.Count;
            ceiling += reader.Ceiling(scores) / batches.Count;
            Tensor dense = scores.ToDense();
            Tensor? globals = scores.GlobalVectors(), locals = scores.LocalVectors();
            for (int resample = 0; resample < halves.Length; resample++)
            {
                using var inner = NewDisposeScope();
                Tensor rows = randperm(count, generator: generator).narrow(0, 0, count / 2).to(dense.device);
                using ScoreMatrix half = ScoreMatrix.Dense(
                    dense.index_select(0, rows).index_select(2, rows), globals?.index_select(0, rows), locals?.index_select(0, rows));
                halves[resample] += read(half).to(ScalarType.Float64).item<double>() / batches.Count;
            }
        }

        Array.Sort(halves);
        double mean = halves.Average();
        double error = Math.Sqrt(halves.Sum(h => (h - mean) * (h - mean)) / (halves.Length - 1));
        double tail = (1 - options.Confidence) / 2;
        return (value, value + Quantile(halves, tail) - mean, value + Quantile(halves, 1 - tail) - mean, error, ceiling);
    }

    /// <summary>The fewest batches of nearly equal size that are not larger than asked for.</summary>
    private static List<(long Start, long Count)> Batches(long pairs, int batchSize)
    {
        long count = (pairs + batchSize - 1) / batchSize;
        return [.. Enumerable.Range(0, (int)count).Select(i => (pairs * i / count, (pairs * (i + 1) / count) - (pairs * i / count)))];
    }

    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)Math.Floor(position);
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (position - below));
    }
}
