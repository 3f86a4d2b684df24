using System.Globalization;

namespace InfoMax.Evaluation.Measures;

/// <summary>How well test images were rebuilt from their codes, with the protocol by which that was found.</summary>
public sealed class ReconstructionResult
{
    internal ReconstructionResult()
    {
    }

    /// <summary>Name of the feature that served as the code.</summary>
    public string Feature { get; internal init; } = "";

    /// <summary>Numbers in a code, F.</summary>
    public int FeatureCount { get; internal init; }

    /// <summary>Images that the decoder was trained on.</summary>
    public int TrainCount { get; internal init; }

    /// <summary>Images that it was tested on.</summary>
    public int TestCount { get; internal init; }

    /// <summary>The seed of the decoder's weights and of the order of images.</summary>
    public int Seed { get; internal init; }

    /// <summary>Mean squared error over the test images, for pixels in [−1, 1].</summary>
    public double SquaredError => SquaredErrors.Average();

    /// <summary>Mean squared error of each test image over its pixels and channels, in the order of the source.</summary>
    public IReadOnlyList<double> SquaredErrors { get; internal init; } = [];

    /// <summary>Mean single-scale structural similarity (SSIM) of test images and their reconstructions.</summary>
    public double Similarity => Similarities.Average();

    /// <summary>Single-scale structural similarity of each test image and its reconstruction.</summary>
    public IReadOnlyList<double> Similarities { get; internal init; } = [];

    /// <summary>
    /// Mean multi-scale structural similarity (MS-SSIM) of test images and their reconstructions, on <see cref="Scales"/> scales.
    /// </summary>
    public double MultiScaleSimilarity => MultiScaleSimilarities.Average();

    /// <summary>Multi-scale structural similarity of each test image and its reconstruction.</summary>
    public IReadOnlyList<double> MultiScaleSimilarities { get; internal init; } = [];

    /// <summary>Scales of <see cref="MultiScaleSimilarity"/>; fewer than the published five for images smaller than 176 pixels.</summary>
    public int Scales { get; internal init; }

    /// <summary>Mean squared error over the steps of the last epoch, in training mode.</summary>
    public double TrainingError { get; internal init; }

    /// <summary>Settings of the decoder's training.</summary>
    public string HyperParameters { get; internal init; } = "";

    /// <summary>Wall time, including the extraction of codes, training and testing.</summary>
    public TimeSpan Elapsed { get; internal init; }

    /// <summary>The result and its protocol in one line; ± is the standard deviation over test images.</summary>
    public override string ToString()
    {
        string scores =
            $"MSE {Spread(SquaredErrors)}, SSIM {Spread(Similarities)}, MS-SSIM on {Scales} scale(s) {Spread(MultiScaleSimilarities)}";
        string protocol = $"{TestCount} test images, {TrainCount} training images, seed {Seed.ToString(CultureInfo.InvariantCulture)}";
        return $"reconstruction from {Feature} ({FeatureCount}): {scores}, {protocol}, {HyperParameters}";
    }

    private static string Spread(IReadOnlyList<double> values)
    {
        double mean = values.Average(), squares = values.Sum(v => (v - mean) * (v - mean));
        double deviation = values.Count < 2 ? 0 : Math.Sqrt(squares / (values.Count - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:F4} ± {deviation:F4}");
    }
}
