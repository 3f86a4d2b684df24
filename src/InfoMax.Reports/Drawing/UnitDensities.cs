using InfoMax.Evaluation.Features;
using InfoMax.Priors;
using InfoMax.Reports.Foundation;
using static TorchSharp.torch;

namespace InfoMax.Reports.Drawing;

/// <summary>
/// Histograms of the units of a code, squashed for a prior, and of the prior itself on equal bins; of the code as it is where there is no
/// prior.
/// </summary>
internal sealed record UnitDensities(double Low, double Width, double[][] Units, double[]? Prior)
{
    public const int Bins = 25;
    private const int PriorSamples = 400_000;

    public double Mean { get; private init; }

    public double Deviation { get; private init; }

    public double PriorMean { get; private init; }

    public double PriorDeviation { get; private init; }

    public static UnitDensities Of(FeatureSet codes, Prior? prior)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor values = codes.Values.to(ScalarType.Float64), squashed = prior is null ? values : prior.Squash(values);
        long count = Math.Max(100, PriorSamples / codes.FeatureCount);
        Tensor samples = prior is null ? squashed : prior.Sample(count, codes.FeatureCount, generator).to(ScalarType.Float64);
        if (!squashed.isfinite().all().item<bool>())
        {
            throw new ArgumentException(
                $"Expected finite codes, got some that are not{(prior is null ? "" : $" once squashed for the {prior.Name} prior")}.",
                nameof(codes));
        }

        (double low, double high) = Range(Math.Min(Min(squashed), Min(samples)), Math.Max(Max(squashed), Max(samples)));
        double width = (high - low) / Bins;
        double[][] units = [.. squashed.t().unbind().Select(unit => Histogram(unit, low, width))];
        return new UnitDensities(low, width, units, prior is null ? null : Histogram(samples.flatten(), low, width))
        {
            Mean = squashed.mean().item<double>(),
            Deviation = squashed.std(0, unbiased: false).mean().item<double>(),
            PriorMean = samples.mean().item<double>(),
            PriorDeviation = samples.std(0, unbiased: false).mean().item<double>(),
        };
    }

    /// <summary>Round ends.</summary>
    private static (double Low, double High) Range(double low, double high)
    {
        double step = AxisTicks.Step(Math.Max(high - low, 1e-6 * Math.Max(1, Math.Abs(high))), 10);
        return (Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step);
    }

    private static double Min(Tensor values) => values.min().item<double>();

    private static double Max(Tensor values) => values.max().item<double>();

    private static double[] Histogram(Tensor values, double low, double width)
    {
        double[] densities = new double[Bins];
        foreach (double value in values.contiguous().data<double>())
        {
            densities[Math.Clamp((int)Math.Floor((value - low) / width), 0, Bins - 1)] += 1 / (width * values.numel());
        }

        return densities;
    }
}
