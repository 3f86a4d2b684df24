using System.Globalization;

namespace InfoMax.Evaluation.Measures;

/// <summary>How well test images were rebuilt from their codes, with the protocol by which that was found.</summary>
public sealed record ReconstructionResult
{
    /// <summary>Name of the feature that served as the code.</summary>
    public required string Feature { get; init; }

    /// <summary>Numbers in a code, F.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Images that the decoder was trained on.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Images that it was tested on.</summary>
    public required int TestCount { get; init; }

    /// <summary>The seed of the decoder's weights and of the order of images.</summary>
    public required int Seed { get; init; }

    /// <summary>Mean squared error of each test image over its pixels and channels, in the units of pixels in [−1, 1].</summary>
    public required ImageScores SquaredError { get; init; }

    /// <summary>Single-scale structural similarity (SSIM) of each test image and its reconstruction.</summary>
    public required ImageScores Similarity { get; init; }

    /// <summary>Multi-scale structural similarity (MS-SSIM) of each test image and its reconstruction, on <see cref="Scales"/> scales.</summary>
    public required ImageScores MultiScaleSimilarity { get; init; }

    /// <summary>Scales of <see cref="MultiScaleSimilarity"/>; fewer than the published five where the images are smaller than 176 pixels.</summary>
    public required int Scales { get; init; }

    /// <summary>Mean squared error over the steps of the last epoch, in training mode.</summary>
    public required double TrainingError { get; init; }

    /// <summary>What the decoder's training was set to.</summary>
    public required string HyperParameters { get; init; }

    /// <summary>Wall time, with the extraction of codes, training and testing.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The result and its protocol in one line; ± is the standard deviation over test images.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"reconstruction from {Feature} ({FeatureCount}): MSE {SquaredError}, SSIM {Similarity}, MS-SSIM on {Scales} scale(s) {MultiScaleSimilarity}, {TestCount} test images, {TrainCount} training images, seed {Seed}, {HyperParameters}");
}
