using static TorchSharp.torch;

namespace InfoMax.Datasets;

/// <summary>What a set requires of its images and labels.</summary>
internal static class ImageSetChecks
{
    /// <summary>Throws unless images of floating point lie in [−1, 1].</summary>
    public static void RequireRange(Tensor images)
    {
        if (images.dtype != ScalarType.Float32)
        {
            return;
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (float min, float max) = (images.min().item<float>(), images.max().item<float>());
        if (!(min >= -1 && max <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Expected float32 images in [−1, 1], got values in [{min}, {max}]."), nameof(images));
        }
    }

    /// <summary>Throws unless labels fit the images and the class names; returns the class names.</summary>
    public static string[] CheckLabels(int[]? labels, IReadOnlyList<string>? classNames, int count)
    {
        if (labels is null)
        {
            return classNames is null ? [] : throw new ArgumentException("Expected no class names without labels.", nameof(classNames));
        }

        if (labels.Length != count)
        {
            throw new ArgumentException($"Expected one label for each of {count} images, got {labels.Length}.", nameof(labels));
        }

        int classes = classNames?.Count ?? labels.Max() + 1;
        int lowest = classNames is null || Array.TrueForAll(labels, label => label == ImageSet.Unlabeled) ? 0 : ImageSet.Unlabeled;
        int bad = Array.FindIndex(labels, label => label < lowest || label >= classes);
        return bad < 0
            ? classNames is null ? ClassList.Numbers(classes) : [.. classNames]
            : throw new ArgumentException($"Expected labels in [0, {classes}), got {labels[bad]} for image {bad}.", nameof(labels));
    }
}
