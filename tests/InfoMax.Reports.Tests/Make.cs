using InfoMax.Evaluation.Features;
using static TorchSharp.torch;

namespace InfoMax.Reports.Tests;

/// <summary>Features, images and runs to draw.</summary>
internal static class Make
{
    public static FeatureSet Features(int rows, int columns, int classes, int seed = 1, string name = "global")
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        int[]? labels = classes == 0 ? null : [.. Enumerable.Range(0, rows).Select(i => i % classes)];
        Tensor values = randn([rows, columns], generator: generator);
        return FeatureSet.FromMatrix(
            labels is null ? values : values + tensor(labels.Select(l => 3f * l).ToArray()).unsqueeze(1), labels, name: name);
    }

    /// <summary>Images whose pixels say which they are: image i is all of i.</summary>
    public static Tensor Images(int count, int channels = 3, int height = 4, int width = 5)
    {
        using var scope = NewDisposeScope();
        Tensor grays = (arange(count, dtype: ScalarType.Float32) / 127.5f).sub(1).view(count, 1, 1, 1);
        return scope.MoveToOuter(grays.expand(count, channels, height, width).contiguous());
    }
}
