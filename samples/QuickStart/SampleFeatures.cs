using InfoMax.Data;
using InfoMax.Datasets;
using InfoMax.Encoders;
using InfoMax.Evaluation.Features;

namespace InfoMax.QuickStart;

/// <summary>What an encoder makes of the images, with their labels if they have some.</summary>
/// <param name="Train">Features of the images to learn from.</param>
/// <param name="Test">Features of the test images, or null without labels.</param>
internal sealed record SampleFeatures(FeatureCollection Train, FeatureCollection? Test) : IDisposable
{
    private static readonly string[] Names = ["conv", "fc", "global"];

    /// <summary>The images that pictures show: those of the test part, if there is one.</summary>
    public FeatureCollection Shown => Test ?? Train;

    public static SampleFeatures Of(Encoder encoder, SampleData data, CancellationToken cancellationToken) =>
        new(Extract(encoder, data.Train, cancellationToken), data.Test is null ? null : Extract(encoder, data.Test, cancellationToken));

    public void Dispose()
    {
        Train.Dispose();
        Test?.Dispose();
    }

    private static FeatureCollection Extract(Encoder encoder, ImageSet set, CancellationToken cancellationToken)
    {
        if (set.HasLabels)
        {
            using LabeledData labeled = set.ToLabeled();
            return new FeatureExtractor().ExtractAll(encoder, labeled, Names, cancellationToken);
        }

        using InMemorySource images = set.ToSource();
        return new FeatureExtractor().ExtractAll(encoder, images, Names, cancellationToken);
    }
}
