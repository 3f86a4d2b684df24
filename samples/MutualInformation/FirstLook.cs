using InfoMax.Estimators;
using InfoMax.Information;
using InfoMax.Information.Tasks;
using TorchSharp;

namespace InfoMax.Samples.MutualInformation;

/// <summary>A few estimators on samples whose mutual information is known, and the checks that need no truth.</summary>
internal static class FirstLook
{
    public static int Run(CancellationToken cancellation)
    {
        MutualInformationTask task = MutualInformationTask.CorrelatedGaussianWithInformation(5, 2.0);
        using var generator = new torch.Generator(1);
        using SamplePairs pairs = task.Sample(10_000, generator);
        var options = new MutualInformationOptions { MaxSteps = 3000 };

        Console.WriteLine($"10,000 pairs of 5-dimensional Gaussians; the truth is {task.TrueValue:F3} nats.");
        Console.WriteLine($"  canonical correlations   {CanonicalCorrelations.Of(pairs.X, pairs.Y).MutualInformation:F3}");
        Console.WriteLine($"  nearest neighbors (KSG) {new KsgEstimator().Estimate(pairs.X, pairs.Y, cancellation).Value:F3}");
        foreach (MIEstimator estimator in new MIEstimator[] { new InfoNceEstimator(), new NwjEstimator(), new SmileEstimator(),
            new LeaveOneOutEstimator() })
        {
            Console.WriteLine($"  " +
                $"{InfoMax.Information.MutualInformation.Estimate(pairs.X, pairs.Y, estimator, options, cancellationToken: cancellation)}");
            if (cancellation.IsCancellationRequested)
            {
                return 1;
            }
        }

        Console.WriteLine("Properties that hold whatever the truth is, with InfoNCE:");
        try
        {
            new ConsistencyChecks { Options = options with { MaxSteps = 1000 } }
                .Run(() => new InfoNceEstimator(), pairs.X, pairs.Y, new Line(), cancellation);
        }
        catch (OperationCanceledException)
        {
            return 1;
        }

        return 0;
    }

    private sealed class Line : IProgress<ConsistencyCheck>
    {
        public void Report(ConsistencyCheck value) => Console.WriteLine($"  {value}");
    }
}
